import { expect, test } from 'vitest';
import { wordsOf } from './words.ts';

const at = (time: string) => new Date(`2026-03-05T${time}:00Z`);
const right = {
  grain: 'minute' as const,
  since: at('10:00'),
  written: at('11:00'),
  until: at('11:00'),
  rows: 7,
  late: 2,
  differences: [],
};
const difference = (windowStart: Date) => ({
  table: 'spark_metrics_windowed',
  grain: 'minute' as const,
  windowStart,
  what: 'event usage  -1',
  windowed: null,
  counted: '3',
});

test('figures that differ have a line each, and windows that nobody wrote one together, with how far Flink is behind', () => {
  expect(wordsOf({ ...right, since: null, written: null, until: null })).toBe(
    'minute: nothing to compare, no window is closed in that time',
  );
  expect(wordsOf(right)).toBe(
    'minute: 7 figures from 2026-03-05T10:00:00.000Z to 2026-03-05T11:00:00.000Z, 2 late events among them, 0 differ',
  );
  const behind = { ...right, until: at('13:05'), differences: [at('10:30'), at('11:00'), at('13:04')].map(difference) };
  expect(wordsOf(behind).split('\n')).toEqual([
    'minute: 7 figures from 2026-03-05T10:00:00.000Z to 2026-03-05T13:05:00.000Z, 2 late events among them, 3 differ',
    '  2026-03-05T10:30:00.000Z spark_metrics_windowed event usage  -1: windows nothing, events 3',
    '  Flink is behind by 2 h 5 min: the newest window ends at 2026-03-05T11:00:00.000Z, and stored events closed some up to 2026-03-05T13:05:00.000Z (2 figures). Is it running?',
  ]);
  expect(wordsOf({ ...behind, since: null, written: null })).toContain('No window was ever written');
});
