import { assert as check, array, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { partWith } from './partWith.ts';

const shown = (text: string, ...words: string[]): string =>
  partWith(text, words)
    .map(({ text: piece, hit }) => (hit ? `[${piece}]` : piece))
    .join('');

describe('the part of a text', () => {
  it('marks the words wherever they stand, the longer one where two begin at one place', () => {
    expect(shown('Assets/PlayerController.cs failed', 'controller', 'fail')).toBe(
      'Assets/Player[Controller].cs [fail]ed',
    );
    expect(shown('aaaa', 'a', 'aaa')).toBe('[aaa][a]');
    expect(shown('one  \n two', 'three')).toBe('one two');
    expect(shown('', 'x')).toBe('');
  });

  it('of a long text begins a little before the first word, at the beginning of a word', () => {
    const found = shown(`${'lorem ipsum '.repeat(100)}the door opens ${'dolor '.repeat(100)}`, 'door');
    expect(found).toMatch(/^…(?:ipsum |lorem )+the \[door\] opens dolor/);
    expect(found).toMatch(/…$/);
    expect(found.length).toBeLessThan(240);
  });

  it('of any text is well formed and has only what the text has', () => {
    check(
      property(
        string({ unit: 'binary', maxLength: 400 }),
        array(string({ minLength: 1, maxLength: 4 })),
        (text, words) => {
          const line = text.replaceAll(/\s+/g, ' ').trim().toWellFormed();
          const pieces = partWith(
            text,
            words.map((word) => word.toLowerCase()),
          ).filter((piece) => piece.text !== '…');
          for (const { text: piece } of pieces) expect(piece.isWellFormed()).toBe(true);
          expect(pieces.reduce((sum, piece) => sum + piece.text.length, 0)).toBeLessThanOrEqual(
            Math.max(line.length, 0),
          );
        },
      ),
    );
  });
});
