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

it('names what has no width, shows what is hidden in tag characters, and leaves joined emoji and words', () => {
  expect(safeText('Assets/Scri\u200bpts\ufeff')).toBe('Assets/Scri[U+200B]pts[U+FEFF]');
  const hidden = Array.from('rm -rf')
    .map((letter) => String.fromCodePoint(0xe0000 + letter.charCodeAt(0)))
    .join('');
  expect(safeText(`Hi${hidden}!`)).toBe('Hi[hidden: rm -rf]!');
  expect(safeText('👩\u200d👧 می\u200cخواهم')).toBe('👩\u200d👧 می\u200cخواهم');
});

it('replaces a lone surrogate and leaves an emoji', () => {
  expect(safeText('a\ud800b 🎮')).toBe('a\ufffdb 🎮');
});

it('leaves nothing that steers a reader, whatever it was given, and changes nothing that is harmless', () => {
  const nasty = fc.string({
    unit: fc.constantFrom(
      '\u001b',
      '[',
      '3',
      'm',
      '\u202e',
      '\u0000',
      '\r',
      '\n',
      'a',
      '\ud800',
      '\u009b',
      '\u200b',
      '\u{e0041}',
    ),
  });
  fc.assert(
    fc.property(nasty, (text) => {
      // oxlint-disable-next-line no-control-regex -- these are what may not be left
      expect(safeText(text)).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
      expect(safeText(text)).not.toMatch(/[\u200b\u{e0000}-\u{e007f}]/u);
    }),
  );
  expect(safeText('one\n\ttwo – “drei” 四')).toBe('one\n\ttwo – “drei” 四');
});
