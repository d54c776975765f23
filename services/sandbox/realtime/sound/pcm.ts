import { speechRateHz } from '../speech/index.ts';

/** Audio on the wire is base64 of PCM16, little endian, 24 kHz, mono. */
const samplesPerMs = speechRateHz / 1_000;

export const msOf = (samples: number): number => samples / samplesPerMs;
export const samplesIn = (ms: number): number => Math.round(ms * samplesPerMs);

/** Null when the text is not base64 or holds half a sample. */
export function fromBase64(text: string): Int16Array | null {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return null;
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length % 2 !== 0) return null;
  const pcm = new Int16Array(bytes.length / 2);
  for (let at = 0; at < pcm.length; at += 1) pcm[at] = bytes.readInt16LE(at * 2);
  return pcm;
}

export function toBase64(pcm: Int16Array): string {
  const bytes = Buffer.alloc(pcm.length * 2);
  for (let at = 0; at < pcm.length; at += 1) bytes.writeInt16LE(pcm[at] ?? 0, at * 2);
  return bytes.toString('base64');
}

export function joinPcm(parts: readonly Int16Array[]): Int16Array {
  const all = new Int16Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
