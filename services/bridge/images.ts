import { maxImageBytes, type ImageInput } from '../../shared/contracts/index.ts';
import { AppError } from '../../shared/errors/index.ts';
import type { NewImage } from './journal/index.ts';

/**
 * What an image is, read from its bytes and never from its name or its claimed type: PNG (W3C PNG §5.2, §11.2.2) or JPEG
 * (ITU T.81 B.2.2), which is what the Realtime API takes. Only headers are looked at; nothing is decoded here.
 */

/** Longest side that is taken; the window scales to less. */
const maxSide = 4_096;

/** Decodes and checks the images of a message. Throws AppError `invalid_input` that says which one and why. */
export const readImages = (inputs: readonly ImageInput[]): NewImage[] =>
  inputs.map(({ base64 }, index) => {
    const image = readImage(new Uint8Array(Buffer.from(base64, 'base64')));
    if (typeof image !== 'string') return image;
    throw new AppError('invalid_input', `Image ${index + 1} ${image}. Nothing was sent; take it out and send again.`);
  });

/** The image, or why it is none that a message can have. */
export function readImage(bytes: Uint8Array): NewImage | string {
  if (bytes.length > maxImageBytes) return `is larger than ${maxImageBytes / 1_048_576} MiB`;
  const found = headerOf(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  if (found === null) return 'is no PNG or JPEG image, and the model takes no other';
  const { width, height } = found;
  if (width < 1 || height < 1) return 'has no pixels';
  if (Math.max(width, height) > maxSide) return `has ${width} × ${height} pixels, more than ${maxSide} on a side`;
  return { ...found, bytes };
}

type Header = Omit<NewImage, 'bytes'>;

const pngSignature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');

function headerOf(bytes: Buffer): Header | null {
  if (bytes.length < 30) return null;
  const ascii = (from: number, to: number): string => bytes.toString('latin1', from, to);
  if (bytes.subarray(0, 8).equals(pngSignature) && ascii(12, 16) === 'IHDR') {
    return { mimeType: 'image/png', width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
  }
  if (bytes.readUInt16BE(0) === 0xffd8 && bytes[2] === 0xff) return jpegHeader(bytes);
  return null;
}

/** The size stands in the start-of-frame segment; the segments before it are skipped by their lengths. */
function jpegHeader(bytes: Buffer): Header | null {
  for (let at = 2; at + 9 < bytes.length && bytes[at] === 0xff;) {
    const marker = bytes[at + 1] ?? 0;
    // Any number of fill bytes may stand before a marker.
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) {
      return { mimeType: 'image/jpeg', width: bytes.readUInt16BE(at + 7), height: bytes.readUInt16BE(at + 5) };
    }
    const length = bytes.readUInt16BE(at + 2);
    if (length < 2) return null;
    at += 2 + length;
  }
  return null;
}
