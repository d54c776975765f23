import { describe, expect, it } from 'vitest';
import { excerptOf } from './excerpt.ts';
import { toIndexText, toMatch, toWords } from './words.ts';

describe('words of a text', () => {
  it.each([
    ['Create a Player', 'create a player'],
    ['Assets/Scripts/PlayerController.cs', 'assets/scripts/playercontroller.cs player controller'],
    ['HTTPServer2 error CS0246', 'httpserver2 error cs0246 http server 2 cs 0246'],
    ['Ångström CAFÉ', 'angstrom cafe'],
    ['snake_case-name', 'snake_case-name'],
    ['Türen: DoorOpener', 'turen dooropener door opener'],
    ['Unityでジャンプ', 'unity て シ ャ ン フ'],
    ['', ''],
  ])('%s', (text, words) => {
    expect(toIndexText(text)).toBe(words);
  });
});

it('a line of a million letters is read in one go', () => {
  for (const letters of ['a', 'A', 'a1', 'Aa']) expect(toIndexText(letters.repeat(500_000))).toContain('a');
});

describe('what is asked', () => {
  it('is all words as beginnings; a run of characters without spaces is a phrase, a single letter itself', () => {
    expect(toMatch(toWords('Player contr x'))).toBe('"player"* AND "contr"* AND "x"');
    expect(toMatch(toWords('玩家'))).toBe('"玩 家"*');
    expect(toMatch(toWords('  --- " * '))).toBe('');
  });
});

describe('an excerpt', () => {
  const textOf = (text: string, query: string): string =>
    excerptOf(text, toWords(query))
      .map(({ text: piece, hit }) => (hit ? `[${piece}]` : piece))
      .join('');

  it('marks the beginnings that were found, in words and in their parts', () => {
    expect(textOf('Assets/PlayerController.cs compiles', 'contr compiles')).toBe(
      'Assets/Player[Contr]oller.cs [compiles]',
    );
    expect(textOf('Ångström', 'ang')).toBe('[Ång]ström');
  });

  it('of a long text is the part where the first hit is, cut at words', () => {
    const found = textOf(`${'lorem ipsum '.repeat(100)}the door\nopens ${'dolor '.repeat(100)}`, 'door');
    expect(found).toMatch(/^…(?:ipsum |lorem )+the \[door\] opens dolor/);
    expect(found).toMatch(/…$/);
    expect(found.length).toBeLessThan(240);
  });

  it('without a hit is the beginning', () => {
    expect(textOf('one two', 'three')).toBe('one two');
    expect(textOf('', 'three')).toBe('');
  });
});
