import { describe, expect, it } from 'vitest';
import { markCaused, parseCompilerLine } from './console.ts';

const error = (file: string, line: number, message: string) => ({
  severity: 'error' as const,
  code: 'CS0103',
  file,
  line,
  message,
});

describe('compile errors of a change', () => {
  it('are marked as caused and put before those that were there already', () => {
    const old = error('Assets/Old.cs', 3, 'old');
    const mine = error('Assets/Mine.cs', 9, 'mine');
    expect(markCaused([old], [old, mine])).toEqual([
      { ...mine, caused: true },
      { ...old, caused: false },
    ]);
  });

  it('are not those that an edit above them has moved', () => {
    expect(markCaused([error('Assets/A.cs', 3, 'old')], [error('Assets/A.cs', 30, 'old')])).toMatchObject([
      { line: 30, caused: false },
    ]);
  });

  it('are counted: one more of the same text is one that was caused', () => {
    const same = error('Assets/A.cs', 3, 'same');
    const marked = markCaused([same], [same, error('Assets/A.cs', 4, 'same')]);
    expect(marked.map(({ caused }) => caused)).toEqual([true, false]);
  });
});

describe('a compiler line', () => {
  it('is read from its text, with Windows paths as Unity writes them', () => {
    const message = "Assets\\Scripts\\Hero.cs(9,35): error CS0103: The name 'x' does not exist";
    expect(parseCompilerLine({ message })).toEqual({
      severity: 'error',
      code: 'CS0103',
      message: "The name 'x' does not exist",
      file: 'Assets/Scripts/Hero.cs',
      line: 9,
      column: 35,
    });
  });

  it('is nothing else', () => {
    expect(parseCompilerLine({ message: 'NullReferenceException: no' })).toBeUndefined();
  });
});
