/** An image that a client sent, as far as its bytes tell without decoding the pixels. */
export interface Picture {
  readonly format: 'png' | 'jpeg';
  readonly width: number;
  readonly height: number;
  readonly bytes: Buffer;
}

/** Larger ones are refused. The service names no figure; this is what fits beside its limit for audio. */
export const maxPictureBytes = 15 * 1024 * 1024;

export type ReadPicture = { kind: 'picture'; picture: Picture } | { kind: 'problem'; code: string; message: string };

/** Reads a data URL. PNG and JPEG are what the service takes, and only as data URLs. */
export function readPicture(url: string): ReadPicture {
  const match = /^data:([\w+.-]+\/[\w+.-]+);base64,([A-Za-z0-9+/]*={0,2})$/.exec(url);
  if (match === null) {
    return problem('invalid_image_url', 'Expected a base64-encoded data URL with an image MIME type.');
  }
  const [, mime = '', base64 = ''] = match;
  if (!['image/png', 'image/jpeg', 'image/jpg'].includes(mime)) {
    return problem('unsupported_image_format', `'${mime}' is not supported: send PNG or JPEG.`);
  }
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.length > maxPictureBytes) {
    return problem('image_too_large', `The image has ${bytes.length} bytes; the limit is ${maxPictureBytes}.`);
  }
  const size = mime === 'image/png' ? pngSize(bytes) : jpegSize(bytes);
  if (size === null || size.width === 0 || size.height === 0) {
    return problem('invalid_image', `The bytes are no image of the type '${mime}'.`);
  }
  return { kind: 'picture', picture: { format: mime === 'image/png' ? 'png' : 'jpeg', ...size, bytes } };
}

const problem = (code: string, message: string): ReadPicture => ({ kind: 'problem', code, message });

interface Size {
  readonly width: number;
  readonly height: number;
}

const pngSignature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const pngSize = (bytes: Buffer): Size | null =>
  bytes.length >= 24 && bytes.subarray(0, 8).equals(pngSignature)
    ? { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) }
    : null;

/** The size stands in the first start-of-frame segment. */
function jpegSize(bytes: Buffer): Size | null {
  if (bytes.length < 4 || bytes.readUInt16BE(0) !== 0xffd8) return null;
  for (let at = 2; at + 9 <= bytes.length; at += 2 + bytes.readUInt16BE(at + 2)) {
    const marker = bytes.readUInt16BE(at);
    if (marker < 0xff01) return null;
    const isFrame = marker >= 0xffc0 && marker <= 0xffcf && ![0xffc4, 0xffc8, 0xffcc].includes(marker);
    if (isFrame) return { width: bytes.readUInt16BE(at + 7), height: bytes.readUInt16BE(at + 5) };
  }
  return null;
}

/** 85 tokens, and 170 for each tile of 512 pixels after fitting into 2,048 × 2,048; `low` costs the 85 only. */
export function tokensOfPicture({ width, height }: Size, detail: string | undefined): number {
  if (detail === 'low') return 85;
  const scale = Math.min(1, 2_048 / Math.max(width, height));
  return 85 + 170 * Math.ceil((width * scale) / 512) * Math.ceil((height * scale) / 512);
}
