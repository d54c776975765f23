import { crc32 } from 'node:zlib';

/**
 * A frame is one header byte (3 bits of order, 5 bits of length), the text as UTF-8, and the CRC-32 of both. Texts are
 * split between words where that is possible: of speech that was cut off, the words before the cut are still heard.
 */
export const maxPayloadBytes = 28;
export const checksumBytes = 4;

/** 0 marks the first frame of an utterance, then 1 to 7 follow each other: a lost frame leaves a gap in the order. */
export const orderAfter = (order: number): number => (order % 7) + 1;

const encoder = new TextEncoder();

/** The pieces that go into one frame each; joined they are the text. */
export function splitText(text: string): string[] {
  const pieces: string[] = [];
  let piece = '';
  for (const word of text.match(/\s*\S+|\s+$/gu) ?? []) {
    for (const part of bytesOf(word) > maxPayloadBytes ? Array.from(word) : [word]) {
      if (bytesOf(piece + part) > maxPayloadBytes) {
        pieces.push(piece);
        piece = '';
      }
      piece += part;
    }
  }
  if (piece !== '') pieces.push(piece);
  return pieces;
}

export function toFrame(piece: string, order: number): Uint8Array {
  const payload = encoder.encode(piece);
  const frame = new Uint8Array(1 + payload.length + checksumBytes);
  frame[0] = (order << 5) | payload.length;
  frame.set(payload, 1);
  new DataView(frame.buffer).setUint32(1 + payload.length, crc32(frame.subarray(0, 1 + payload.length)));
  return frame;
}

export const frameBytes = (header: number): number => 1 + (header & 31) + checksumBytes;

export interface Frame {
  readonly order: number;
  readonly text: string;
}

/** Null when the checksum says that it was not heard right. */
export function readFrame(bytes: Uint8Array): Frame | null {
  const end = bytes.length - checksumBytes;
  const header = bytes[0];
  if (header === undefined || end < 1 || frameBytes(header) !== bytes.length) return null;
  const sum = new DataView(bytes.buffer, bytes.byteOffset).getUint32(end);
  if (crc32(bytes.subarray(0, end)) !== sum) return null;
  return { order: header >> 5, text: new TextDecoder().decode(bytes.subarray(1, end)) };
}

const bytesOf = (text: string): number => encoder.encode(text).length;
