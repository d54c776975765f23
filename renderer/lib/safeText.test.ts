import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { safeText } from './safeText.ts';

it('takes the colours of a terminal out and shows other control characters as their pictures', () => {
  expect(safeText('\u001b[31mred\u001b[0m \u001b]0;title\u0007plain\u0000\u0007')).toBe('red plain␀␇');
});

it('names what turns the reading direction around, and keeps the marks of right-to-left writing', () => {
  expect(safeText('if (x\u202e) {')).toBe('if (x[U+202E]) {');
  expect(safeText('שלום\u200f!')).toBe('שלום\u200f!');
});

it('replaces a lone surrogate and leaves an emoji', () => {
  expect(safeText('a\ud800b 🎮')).toBe('a\ufffdb 🎮');
});

it('leaves nothing that steers a reader, whatever it was given, and changes nothing that is harmless', () => {
  const nasty = fc.string({
    unit: fc.constantFrom('\u001b', '[', '3', 'm', '\u202e', '\u0000', '\r', '\n', 'a', '\ud800', '\u009b'),
  });
  fc.assert(
    fc.property(nasty, (text) => {
      // oxlint-disable-next-line no-control-regex -- these are what may not be left
      expect(safeText(text)).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
    }),
  );
  expect(safeText('one\n\ttwo – “drei” 四')).toBe('one\n\ttwo – “drei” 四');
});
