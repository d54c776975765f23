import { PNG } from 'pngjs';
import { AppError } from '../../../shared/errors/index.ts';

export interface FrameContent {
  readonly width: number;
  readonly height: number;
  /** Every pixel has the same colour: no camera, a reload, or nothing to see. */
  readonly blank: boolean;
}

/** Decodes a PNG and measures it. Throws AppError `unity_rejected` when it is not one. */
export function measureFrame(png: Uint8Array): FrameContent {
  let image: PNG;
  try {
    image = PNG.sync.read(Buffer.from(png.buffer, png.byteOffset, png.byteLength));
  } catch (error) {
    throw new AppError(
      'unity_rejected',
      'Unity returned a frame that is not a readable PNG. Nothing was kept; try again.',
      {
        cause: error,
      },
    );
  }
  const { data, width, height } = image;
  const pixels = new Uint32Array(data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength));
  return { width, height, blank: pixels.every((pixel) => pixel === pixels[0]) };
}
