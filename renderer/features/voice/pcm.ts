import { fromBase64, toBase64 } from '../../lib/base64.ts';

/** PCM as it travels: little-endian, which is what every machine that runs a browser has in memory. */
export const encodePcm = (pcm: Int16Array): string =>
  toBase64(new Uint8Array(pcm.buffer, pcm.byteOffset, pcm.byteLength));

/** Half a sample at the end is left out. */
export function decodePcm(base64: string): Int16Array<ArrayBuffer> {
  const { buffer, length } = fromBase64(base64);
  return new Int16Array(buffer, 0, Math.floor(length / 2));
}
