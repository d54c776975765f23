import { expect, test } from 'vitest';
import { alertKinds } from '../../../shared/contracts/index.ts';
import { adviceOf } from './words.ts';

const about = (kind: string) => ({
  alertId: 'a',
  source: 's',
  ruleId: 'r',
  kind,
  severity: 'info' as const,
  group: 'all',
  state: 'raised' as const,
  summary: 's',
  value: null,
  threshold: null,
  baseline: null,
  raisedAt: '2026-11-23T12:00:00.000Z',
  clearedAt: null,
});

test('every kind of alert that a source tells says what to do, and one from the future something that is true of all', () => {
  const kinds = Object.values(alertKinds).flat();
  const said = new Set([...kinds, 'of the future'].map((kind) => adviceOf(about(kind))));
  expect(said.size).toBe(kinds.length + 1);
  expect(adviceOf({ ...about('task_failed'), advice: 'Do this.' })).toBe('Do this.');
});
