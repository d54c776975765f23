import { createTwoFilesPatch } from 'diff';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyHunks } from './hunks.ts';
import { parseUnifiedDiff, type FileDiff } from './unifiedDiff.ts';

const filesOf = (diff: string): readonly FileDiff[] => {
  const parsed = parseUnifiedDiff(diff);
  if (parsed.kind === 'refused') throw new Error(`${parsed.line}: ${parsed.why}`);
  return parsed.files;
};
const applied = (text: string, diff: string) => applyHunks(text, filesOf(diff)[0]?.hunks ?? []);

const line = fc.stringMatching(/^[ a-c{};+-]{0,6}$/);
const textOf = fc
  .tuple(fc.array(line, { minLength: 1, maxLength: 14 }), fc.boolean())
  .map(([lines, ends]) => lines.join('\n') + (ends ? '\n' : ''))
  .filter((text) => text !== '');

const script = ['class A', '{', '    void Start()', '    {', '        Go();', '    }', '}', ''].join('\n');
const change = ['@@ -3,4 +3,4 @@', '     void Start()', '     {', '-        Go();', '+        Stop();', '     }'].join(
  '\n',
);

describe('a unified diff', () => {
  it('gives the text that the reference diff was made for, with either line ending', () => {
    fc.assert(
      fc.property(textOf, textOf, fc.boolean(), (before, after, crlf) => {
        fc.pre(before !== after);
        const diff = createTwoFilesPatch('a/Assets/A.cs', 'b/Assets/A.cs', before, after);
        const ending = (text: string): string => (crlf ? text.replaceAll('\n', '\r\n') : text);
        const result = applied(ending(before), diff);
        fc.pre(!crlf || before.includes('\n'));
        expect(result).toEqual({ kind: 'applied', text: ending(after), tolerant: 0 });
      }),
      { numRuns: 400 },
    );
  });

  it('is found by its text when the numbers of the header are wrong', () => {
    for (const header of ['@@ -90,1 +2,77 @@', '@@', '@@ void Start() @@']) {
      const diff = change.replace(/^@@.*@@/, header);
      expect(applied(script, diff)).toMatchObject({ kind: 'applied', text: script.replace('Go', 'Stop'), tolerant: 0 });
    }
  });

  it('is found with other indentation, keeps context as the file has it and moves what is added', () => {
    const tabs = script.replaceAll('    ', '\t');
    expect(applied(tabs, change)).toEqual({ kind: 'applied', text: tabs.replace('Go', 'Stop'), tolerant: 1 });
  });

  it('fits a text whose lines end with a lone CR, and keeps them', () => {
    const lone = (text: string): string => text.replaceAll('\n', '\r');
    expect(applied(lone(script), change)).toEqual({
      kind: 'applied',
      text: lone(script.replace('Go', 'Stop')),
      tolerant: 0,
    });
  });

  it('never chooses between two places, unless the header names one of them', () => {
    const twice = 'a\nx\nb\na\nx\nb\n';
    const hunk = ' a\n-x\n+y\n b';
    expect(applied(twice, `@@ -9,3 +9,3 @@\n${hunk}`)).toMatchObject({ why: 'ambiguous', lines: [1, 4] });
    expect(applied(twice, `@@ @@\n${hunk}`)).toMatchObject({ why: 'ambiguous' });
    expect(applied(twice, `@@ -4,3 +4,3 @@\n${hunk}`)).toMatchObject({ text: 'a\nx\nb\na\ny\nb\n' });
  });

  it('that has no place is refused with the nearest line, and nothing of it is applied', () => {
    const diff = `${change}\n@@ -1 +1 @@\n-class B\n+class C`;
    expect(applied(script, diff)).toEqual({ kind: 'mismatch', edit: 1, why: 'not_found', lines: [] });
    expect(applied(script, '@@ -1,2 +1,2 @@\n class A\n-(\n+[')).toMatchObject({ why: 'not_found', lines: [1] });
  });

  it('is read with its fence, git headers and several files', () => {
    const file = (path: string): string =>
      `diff --git a/${path} b/${path}\nindex 12ab..34cd 100644\n--- a/${path}\n+++ b/${path}\n${change}`;
    const files = filesOf(`\`\`\`diff\n${file('Assets/A.cs')}\n\n${file('Assets/B.cs')}\n\`\`\`\n`);
    expect(files.map(({ path, hunks }) => [path, hunks.length])).toEqual([
      ['Assets/A.cs', 1],
      ['Assets/B.cs', 1],
    ]);
    expect(files[0]?.hunks).toEqual(files[1]?.hunks);
  });

  it('creates a file from /dev/null, and is refused when it deletes or renames one', () => {
    const made = filesOf('--- /dev/null\n+++ b/Assets/N.cs\n@@ -0,0 +1,2 @@\n+class N\n+{ }\n')[0];
    expect(made).toMatchObject({ path: 'Assets/N.cs', creates: true });
    expect(applyHunks('', made?.hunks ?? [])).toEqual({ kind: 'applied', text: 'class N\n{ }\n', tolerant: 0 });
    for (const heads of ['--- a/Assets/A.cs\n+++ /dev/null', '--- a/Assets/A.cs\n+++ b/Assets/B.cs'])
      expect(parseUnifiedDiff(`${heads}\n${change}`)).toMatchObject({
        kind: 'refused',
        why: expect.stringMatching(/./),
      });
    expect(parseUnifiedDiff('please change Go to Stop')).toMatchObject({ kind: 'refused' });
  });

  it('never throws, whatever is given', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.array(fc.constantFrom('@@ -1 +1 @@', '-a', '+b', ' c', '', '\\ No', '--- a', '+++ b')),
        (text, parts) => {
          const parsed = parseUnifiedDiff(parts.join('\n'));
          if (parsed.kind === 'ok') for (const { hunks } of parsed.files) applyHunks(text, hunks);
        },
      ),
    );
  });
});
