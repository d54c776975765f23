import { describe, expect, it } from 'vitest';
import { sampleChange } from '../../testing/samples.ts';
import { attemptOf, changeWith, errorsOf, isNewestOfFile } from './fixedErrors.ts';

const semicolon = { severity: 'error' as const, code: 'CS1002', message: '; expected', line: 3 };
const missing = { severity: 'error' as const, code: 'CS0246', message: 'not found', line: 9 };
const first = sampleChange(1, { compileStatus: 'errors', compileErrors: [semicolon, missing] });
const second = sampleChange(2, { compileStatus: 'errors', compileErrors: [{ ...missing, line: 10 }] });
const third = sampleChange(3, { compileStatus: 'compiling' });

const fixedOf = (changes: (typeof first)[]): boolean[] =>
  errorsOf(first, changes).flatMap(({ messages }) => messages.map(({ fixed }) => fixed));

describe('compile errors of a change', () => {
  it('are open while no later change of the file compiled', () => {
    expect(fixedOf([first])).toEqual([false, false]);
    expect(fixedOf([first, third])).toEqual([false, false]);
  });

  it('are fixed when a later compile no longer has them, even where the line moved', () => {
    expect(fixedOf([first, second, third])).toEqual([true, false]);
    expect(fixedOf([first, second, sampleChange(3)])).toEqual([true, true]);
  });

  it('are not fixed by a change of another file', () => {
    expect(fixedOf([first, sampleChange(2, { path: 'Assets/Scripts/Other.cs' })])).toEqual([false, false]);
  });

  it('are shown in the change itself, in the newest change of their file, or nowhere', () => {
    const other = sampleChange(5, { path: 'Assets/Scripts/Other.cs' });
    const newer = sampleChange(6, { path: 'Assets/Scripts/Other.cs' });
    const inOther = { ...missing, file: other.path };
    expect(changeWith(missing, first, [first, second, other, newer])).toBe(first.changeId);
    expect(changeWith(inOther, first, [first, newer, other])).toBe(newer.changeId);
    expect(changeWith(inOther, first, [first])).toBeNull();
  });

  it('count the attempts since the file last compiled', () => {
    const all = [sampleChange(0), first, second];
    expect(attemptOf(first, all)).toBe(1);
    expect(attemptOf(second, all)).toBe(2);
    expect(isNewestOfFile(first, all)).toBe(false);
    expect(isNewestOfFile(second, all)).toBe(true);
  });
});
