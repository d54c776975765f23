import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodeText, encodeText, isBinary, isLossy, markedEncodingOf } from './textEncoding.ts';

const encodings = [null, 'utf-8-bom', 'utf-16le', 'utf-16be'] as const;

it('a text comes back the same from every encoding, and its mark tells which it is', () => {
  const text = fc.string({ unit: 'grapheme' }).filter((each) => !each.startsWith('\uFEFF') && !each.includes('\0'));
  fc.assert(
    fc.property(text, fc.constantFrom(...encodings), (given, encoding) => {
      const bytes = encodeText(given, encoding);
      expect(decodeText(bytes)).toBe(given);
      expect(markedEncodingOf(bytes)).toBe(encoding);
      expect([isLossy(bytes, given), isBinary(bytes)]).toEqual([false, false]);
    }),
  );
});

it.each([
  ['UTF-8', Buffer.from([0x61, 0xe9, 0x62])],
  ['UTF-16 with half a pair', Buffer.from([0xff, 0xfe, 0x00, 0xd8, 0x61, 0x00])],
  ['UTF-16 with half a unit', Buffer.from([0xff, 0xfe, 0x61, 0x00, 0x62])],
])('bytes that are no valid %s are told, because writing them back would lose them', (_what, bytes) => {
  expect(isLossy(bytes, decodeText(bytes))).toBe(true);
});
