import { describe, expect, it } from 'vitest';
import type { ConsoleLine } from '../../../shared/contracts/api/index.ts';
import { explainText, levels, rowsOf, type ConsoleFilter } from './consoleLines.ts';

const line = (place: number, message: string, more: Partial<ConsoleLine> = {}): ConsoleLine => ({
  place,
  severity: 'log',
  message,
  after: null,
  ...more,
});
const all: ConsoleFilter = { levels: new Set(levels), text: '', clearedBefore: 0, callId: null, collapse: false };
const after = (callId: string) => ({ sessionId: 's', callId });
const shown = (lines: readonly ConsoleLine[], filter: Partial<ConsoleFilter>): string[] =>
  rowsOf(lines, { ...all, ...filter }).map(({ line: { place, message }, count }) => `${place} ${message} ×${count}`);

describe('the rows of the console', () => {
  it('are what fits level, words, call and what was put away', () => {
    const lines = [
      line(0, 'Loaded'),
      line(1, 'Null', { severity: 'error', file: 'Assets/Player.cs', line: 4, after: after('a') }),
      line(2, 'Slow', { severity: 'warning', after: after('b') }),
    ];
    expect(shown(lines, { levels: new Set(['error']) })).toEqual(['1 Null ×1']);
    expect(shown(lines, { text: ' player.CS:4 ' })).toEqual(['1 Null ×1']);
    expect(shown(lines, { callId: 'b' })).toEqual(['2 Slow ×1']);
    expect(shown(lines, { clearedBefore: 2 })).toEqual(['2 Slow ×1']);
  });

  it('stand for all that say the same after one call, at the newest of them', () => {
    const lines = [
      line(0, 'tick', { after: after('a') }),
      line(1, 'other', { after: after('a') }),
      line(2, 'tick', { after: after('a') }),
      line(3, 'tick', { after: after('b') }),
    ];
    expect(shown(lines, { collapse: true })).toEqual(['1 other ×1', '2 tick ×2', '3 tick ×1']);
    expect(rowsOf(lines, { ...all, collapse: true }).map(({ first }) => first)).toEqual([true, false, true]);
  });
});

describe('the question about lines', () => {
  const row = (text: ConsoleLine) => ({ line: text, count: 1, first: false });

  it('quotes every line of every message, and says how often it came', () => {
    const error = line(1, 'Null\n  at Player', { severity: 'error', code: 'CS1', file: 'Assets/P.cs', line: 3 });
    expect(
      explainText([{ ...row(error), count: 3 }])
        .split('\n')
        .slice(2),
    ).toEqual(['> error CS1: Null', '>   at Player (Assets/P.cs:3) (3 times)']);
  });

  it('leaves out what is too much, and says so', () => {
    const rows = Array.from({ length: 60 }, (_, place) => row(line(place, `line ${place}`)));
    expect(explainText(rows)).toContain('(10 more selected lines are left out.)');
    const long = Array.from({ length: 3 }, (_, place) => row(line(place, 'x'.repeat(15_000))));
    expect(explainText(long)).toContain('(2 more selected lines are left out.)');
    expect(explainText(long).length).toBeLessThan(21_000);
  });
});
