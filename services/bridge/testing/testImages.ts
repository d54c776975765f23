import { PNG } from 'pngjs';

/** A PNG of one colour. */
export function pngOf(width: number, height: number, grey = 128): Uint8Array {
  const image = new PNG({ width, height });
  image.data.fill(grey);
  return new Uint8Array(PNG.sync.write(image));
}

export const base64Of = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
