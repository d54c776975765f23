import { describe, expect, it } from 'vitest';
import type { ConsoleEntry } from './replies.ts';
import { logsOf, placeMarks, printed, printOf } from './consolePlaces.ts';
import type { ConsoleMark } from './types.ts';

const log = (message: string): ConsoleEntry => ({ type: 'Log', message });
const compilerError = (nth: number): ConsoleEntry => ({
  type: 'Error',
  message: `Assets/A.cs(${nth},1): error CS0103: The name 'x' does not exist`,
});
const logs = (count: number, name = 'log'): ConsoleEntry[] =>
  Array.from({ length: count }, (_, nth) => log(`${name} ${nth}`));

/** As the adapter takes it at the end of the console. */
function markOf(console: readonly ConsoleEntry[]): ConsoleMark {
  const tail = console.slice(-printed);
  const without = logsOf(tail, console.length);
  return {
    instanceId: 'Game@1',
    total: console.length,
    print: printOf(tail),
    ...(without === null ? {} : { logs: without }),
  };
}

describe('a place in the console', () => {
  it('is found where it was, also in the end of a long console', () => {
    const before = logs(300);
    const marks = [markOf([]), markOf(before.slice(0, 5)), markOf(before)];
    const now = [...before, log('new')];
    expect(placeMarks(now, 0, marks)).toEqual([0, 5, 300]);
    expect(placeMarks(now.slice(250), 250, marks)).toEqual([null, null, 50]);
  });

  it('is found again when a compile took the errors of the one before away', () => {
    const before = [...logs(30), compilerError(1), compilerError(2), compilerError(3)];
    const now = [...logs(30), log('new')];
    expect(placeMarks(now, 0, [markOf(before)])).toEqual([30]);
  });

  it('is the start of a console that held nothing but the errors of a compile', () => {
    expect(placeMarks([log('new')], 0, [markOf([compilerError(1)])])).toEqual([0]);
    expect(placeMarks([log('new')], 40, [markOf([compilerError(1)])])).toEqual([null]);
  });

  it('is lost with a console that was cleared', () => {
    expect(placeMarks(logs(40, 'other'), 0, [markOf(logs(30)), markOf(logs(4))])).toEqual([null, null]);
  });

  it('is not guessed among lines that repeat themselves', () => {
    const same = Array.from({ length: 60 }, () => log('tick'));
    const before = [...same.slice(0, 40), compilerError(1)];
    expect(placeMarks(same, 0, [markOf(before)])).toEqual([null]);
  });

  it('is not guessed from fewer lines than tell one place from another', () => {
    const before = [...logs(30), ...Array.from({ length: 19 }, (_, nth) => compilerError(nth))];
    expect(markOf(before).logs).toBeUndefined();
    expect(placeMarks(logs(31), 0, [markOf(before)])).toEqual([null]);
  });
});
