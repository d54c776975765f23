import { speechRateHz } from './tones.ts';

/** A WAV file (RIFF, PCM 16 bit, mono) of these samples. */
export function toWav(pcm: Int16Array, rateHz: number = speechRateHz): Uint8Array {
  const bytes = new Uint8Array(44 + pcm.length * 2);
  const view = new DataView(bytes.buffer);
  const word = (at: number, text: string): void => bytes.set(new TextEncoder().encode(text), at);
  word(0, 'RIFF');
  view.setUint32(4, 36 + pcm.length * 2, true);
  word(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, rateHz, true);
  view.setUint32(28, rateHz * 2, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  word(36, 'data');
  view.setUint32(40, pcm.length * 2, true);
  for (const [index, sample] of pcm.entries()) view.setInt16(44 + index * 2, sample, true);
  return bytes;
}
