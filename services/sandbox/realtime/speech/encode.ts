import { orderAfter, splitText, toFrame } from './frames.ts';
import { highToneHz, lowToneHz, speechRateHz, symbolSamples, syncBytes } from './tones.ts';

/** Each of the two tones; together they stay below full scale. */
const amplitude = 0.35 * 32_767;
/** Fades of 1 ms keep the symbols from clicking. */
const fadeSamples = 24;
/** Sound before and after, which gates and level controls may swallow without harm. */
const leadIn: readonly number[] = [0x5a, 0xa5, 0x5a, 0xa5, 0x5a, 0xa5];
const leadOut: readonly number[] = [0x5a, 0xa5];

/**
 * Speaks a text in the stand-in's voice: PCM, 16 bit, 24 kHz, mono, about 30 ASCII characters a second. The same text
 * always makes the same sound; an empty text makes none.
 */
export function encodeSpeech(text: string): Int16Array {
  return joined([...encodePieces(text)].map((piece) => piece.pcm));
}

export interface SpokenPiece {
  readonly text: string;
  readonly pcm: Int16Array;
}

/** The same speech a few words at a time, for streaming. */
export function* encodePieces(text: string): Generator<SpokenPiece> {
  const pieces = splitText(text);
  let order = 0;
  for (const [index, piece] of pieces.entries()) {
    const frame = [...syncBytes, ...toFrame(piece, order)];
    const symbols = [...(index === 0 ? leadIn : []), ...frame, ...(index === pieces.length - 1 ? leadOut : [])];
    yield { text: piece, pcm: joined(symbols.map(symbol)) };
    order = orderAfter(order);
  }
}

function symbol(byte: number): Int16Array {
  const samples = new Int16Array(symbolSamples);
  const low = (2 * Math.PI * lowToneHz(byte & 15)) / speechRateHz;
  const high = (2 * Math.PI * highToneHz(byte >> 4)) / speechRateHz;
  for (let at = 0; at < symbolSamples; at += 1) {
    const fade = Math.min(1, (at + 1) / fadeSamples, (symbolSamples - at) / fadeSamples);
    samples[at] = Math.round(amplitude * fade * (Math.sin(low * at) + Math.sin(high * at)));
  }
  return samples;
}

function joined(parts: readonly Int16Array[]): Int16Array {
  const all = new Int16Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
