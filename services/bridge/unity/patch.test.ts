import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dominantEnding } from './lineEndings.ts';
import { applySearchReplace } from './patch.ts';
import { findTextEdits, requireEdits, type TextEdit } from './textEdits.ts';

const toTextEdits = (before: string, after: string): TextEdit[] => requireEdits(findTextEdits(before, after));

const line = fc.stringMatching(/^[ a-c{}();]{0,8}$/);
const textOf = (ending: string) => fc.array(line, { maxLength: 12 }).map((lines) => lines.join(ending));

/** The editor's own rule, written again from its source: later edits first, columns in UTF-16 units. */
function asUnityApplies(text: string, edits: readonly TextEdit[]): string {
  const offsetOf = (wantedLine: number, wantedColumn: number): number => {
    let [row, column] = [1, 1];
    for (let index = 0; index <= text.length; index += 1) {
      if (row === wantedLine && column === wantedColumn) return index;
      if (text[index] === '\r') {
        if (text[index + 1] === '\n') index += 1;
        [row, column] = [row + 1, 1];
      } else if (text[index] === '\n') [row, column] = [row + 1, 1];
      else column += 1;
    }
    throw new Error(`out of range: ${wantedLine}, ${wantedColumn}`);
  };
  return edits
    .map((edit) => ({
      text: edit.newText,
      start: offsetOf(edit.startLine, edit.startCol),
      end: offsetOf(edit.endLine, edit.endCol),
    }))
    .sort((a, b) => b.start - a.start)
    .reduce((result, edit) => result.slice(0, edit.start) + edit.text + result.slice(edit.end), text);
}

describe('patch', () => {
  it('is plain replacement wherever the search occurs once', () => {
    fc.assert(
      fc.property(textOf('\n'), fc.nat(), fc.nat(), line, (text, from, length, replace) => {
        const start = text.length === 0 ? 0 : from % text.length;
        const search = text.slice(start, start + 1 + (length % 20));
        fc.pre(search !== '' && text.indexOf(search) === text.lastIndexOf(search));
        const result = applySearchReplace(text, [{ search, replace }]);
        expect(result).toEqual({ kind: 'applied', text: text.replace(search, () => replace), tolerant: 0 });
      }),
    );
  });

  it('never chooses between two places', () => {
    fc.assert(
      fc.property(textOf('\n'), fc.stringMatching(/^[xyz]{1,5}$/), (text, mark) => {
        const result = applySearchReplace(`${mark}\n${text}\n${mark}`, [{ search: mark, replace: 'w' }]);
        expect(result).toMatchObject({ kind: 'mismatch', why: 'ambiguous', edit: 0 });
      }),
    );
    expect(applySearchReplace('aaa', [{ search: 'aa', replace: 'b' }])).toMatchObject({ why: 'ambiguous' });
  });

  it('keeps CRLF line endings whatever the model wrote', () => {
    fc.assert(
      fc.property(fc.array(line, { minLength: 2, maxLength: 8 }), (lines) => {
        const text = [...lines, 'marker one', 'marker two', ''].join('\r\n');
        const edits = [{ search: 'marker one\nmarker two', replace: 'first\nsecond\nthird' }];
        const result = applySearchReplace(text, edits);
        expect(result).toEqual({
          kind: 'applied',
          text: [...lines, 'first', 'second', 'third', ''].join('\r\n'),
          tolerant: 0,
        });
      }),
    );
  });

  it('counts a place whatever its line endings, so a twin with other ones makes it ambiguous', () => {
    const [lf, crlf] = ['a\nb', 'a\r\nb'];
    for (const text of [`${lf}\n${crlf}\r\n`, `${crlf}\r\n${lf}\n`, `${crlf}\r\n${lf}\r\n\r\n`, `${lf}\ra\rb`]) {
      for (const search of [lf, crlf]) {
        const result = applySearchReplace(text, [{ search, replace: 'c' }]);
        expect(result).toMatchObject({ kind: 'mismatch', why: 'ambiguous', lines: [1, 3] });
      }
    }
  });

  it('changes nothing but what was searched in a text with several kinds of line endings', () => {
    const part = fc.tuple(line, fc.constantFrom('\n', '\r\n', '\r'));
    const text = fc.array(part, { maxLength: 8 }).map((parts) => parts.flat().join(''));
    fc.assert(
      fc.property(text, text, fc.constantFrom('\n', '\r\n', '\r'), (above, below, ending) => {
        const around = (middle: string): string => `${above}|\r\n${middle}${ending}|${below}`;
        const edits = [{ search: 'x one\nx two', replace: 'x one\nx three' }];
        const result = applySearchReplace(around(`x one${ending}x two`), edits);
        expect(result).toEqual({ kind: 'applied', text: around(`x one${ending}x three`), tolerant: 0 });
      }),
    );
  });

  it('matches tolerantly in a text whose lines end with a lone CR, and keeps them', () => {
    const result = applySearchReplace('class A\r{\r\tint a;\r\tint b;\r}\r', [
      { search: '  int a;\n  int b;', replace: '  int a;\n  int c;' },
    ]);
    expect(result).toEqual({ kind: 'applied', text: 'class A\r{\r\tint a;\r\tint c;\r}\r', tolerant: 1 });
  });

  it('matches lines whose indentation differs, and writes with the indentation of the file', () => {
    const text = 'class A\n{\n\tvoid B()\n\t{\n\t\tC();\n\t}\n}\n';
    const result = applySearchReplace(text, [
      { search: '    void B()\n    {\n        C();\n    }', replace: '    void B()\n    {\n    }' },
    ]);
    expect(result).toEqual({ kind: 'applied', text: 'class A\n{\n\tvoid B()\n\t{\n\t}\n}\n', tolerant: 1 });
  });

  it('says which lines are nearest when nothing matches', () => {
    const result = applySearchReplace('one\ntwo\nthree\n', [{ search: 'two\nfour', replace: '' }]);
    expect(result).toEqual({ kind: 'mismatch', edit: 0, why: 'not_found', lines: [2] });
  });

  it('applies edits one after another, and names the one that fails', () => {
    const edits = [
      { search: 'a', replace: 'b' },
      { search: 'a', replace: 'c' },
    ];
    expect(applySearchReplace('a\n', edits)).toMatchObject({ kind: 'mismatch', edit: 1 });
  });

  it('knows the line ending that most lines have', () => {
    expect(dominantEnding('a\r\nb\r\nc\n')).toBe('\r\n');
    expect(dominantEnding('a\nb')).toBe('\n');
    expect(dominantEnding('a\rb\r')).toBe('\r');
    expect(dominantEnding('')).toBe('\n');
  });
});

describe('text edits', () => {
  const mixed = fc
    .array(fc.tuple(line, fc.constantFrom('\n', '\r\n', '\r', '')), { maxLength: 15 })
    .map((parts) => parts.flat().join(''));

  it('give the planned text when applied by the rule of Unity', () => {
    fc.assert(
      fc.property(mixed, mixed, (before, after) => {
        expect(asUnityApplies(before, toTextEdits(before, after))).toBe(after);
      }),
    );
  });

  it('are never a single one, which Unity may turn into a rewrite of a method', () => {
    expect(toTextEdits('a\nb\n', 'a\nc\n').length).toBeGreaterThan(1);
  });

  it('carry no more than the lines that changed', () => {
    const before = Array.from({ length: 5_000 }, (_, index) => `line ${index}`).join('\n');
    const edits = toTextEdits(before, before.replace('line 2500\n', 'line x\n'));
    expect(edits.map(({ newText }) => newText)).toEqual(['line x\n', '']);
  });

  it('are refused over 64 KiB and before the first using', () => {
    expect(() => toTextEdits('', 'x'.repeat(70_000))).toThrow(/64 KiB/);
    const script = '// old\nusing UnityEngine;\n';
    expect(() => toTextEdits(script, script.replace('old', 'new'))).toThrow(/before the first "using"/);
    expect(toTextEdits(script, `${script}class A {}\n`)).toHaveLength(2);
  });
});
