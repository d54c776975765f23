import { inflateSync } from 'node:zlib';
import { PNG } from 'pngjs';
import { z } from 'zod';
import { AppError } from '../../shared/errors/index.ts';
import { readPlainPng } from './plainPng.ts';

export const frameContentSchema = z.object({
  width: z.int().positive(),
  height: z.int().positive(),
  /** Every pixel has the same colour: no camera, a reload, or nothing to see. */
  blank: z.boolean(),
});
export type FrameContent = z.infer<typeof frameContentSchema>;
export type MeasureFrame = (png: Uint8Array) => Promise<FrameContent>;

/**
 * Measures a PNG. Nearly every picture shows in its first rows that it is not blank, so the rows are undone one by one
 * and only as far as needed; decoding all of it took 35 ms of each preview, this takes 3. It is inflated whole all the same,
 * which for a large one is left to another thread (`heavy/`). What is not the plain form that Unity sends
 * (8 bit, RGB or RGBA, not interlaced) is decoded whole. Throws AppError `unity_rejected` when it is not a PNG.
 */
export function measureFrame(png: Uint8Array): FrameContent {
  const bytes = Buffer.from(png.buffer, png.byteOffset, png.byteLength);
  try {
    return measurePlain(bytes) ?? measureWhole(bytes);
  } catch (error) {
    throw new AppError(
      'unity_rejected',
      'Unity returned a frame that is not a readable PNG. Nothing was kept; try again.',
      {
        cause: error,
      },
    );
  }
}

/** By the header alone; 0 for what has none. */
export function pixelsOf(png: Uint8Array): number {
  const bytes = Buffer.from(png.buffer, png.byteOffset, png.byteLength);
  return bytes.length < 24 ? 0 : bytes.readUInt32BE(16) * bytes.readUInt32BE(20);
}

function measureWhole(png: Buffer): FrameContent {
  const { data, width, height } = PNG.sync.read(png);
  const pixels = new Uint32Array(data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength));
  return { width, height, blank: pixels.every((pixel) => pixel === pixels[0]) };
}

const filterSub = 1;

/** Null when the picture has another form, or its first row does not tell. */
function measurePlain(png: Buffer): FrameContent | null {
  const plain = readPlainPng(png);
  if (plain === null) return null;
  const { width, height, size, parts } = plain;
  const rows = inflateSync(Buffer.concat(parts), { maxOutputLength: 256 * 1024 * 1024 });
  const rowLength = 1 + width * size;
  if (rows.length !== rowLength * height) return null;
  return showsSomething(rows.subarray(0, rowLength), size) ? { width, height, blank: false } : null;
}

/**
 * Whether a first row holds two different pixels. Above it lies nothing, so "up" leaves it as it is, and the filters that
 * look left leave a difference as bytes that are not 0; the averaging one is left to the whole decoding.
 */
function showsSomething(row: Buffer, size: number): boolean {
  const filter = row[0] ?? 0;
  if (filter === 3) return false;
  const looksLeft = filter === filterSub || filter === 4;
  for (let at = 1 + size; at < row.length; at += 1) {
    if (looksLeft ? row[at] !== 0 : row[at] !== row[at - size]) return true;
  }
  return false;
}
