import { expect, test } from 'vitest';
import type { Figure } from '../../../../../database/index.ts';
import { compareWays, withFailureShares, type Way } from './compare.ts';
import { renderComparison } from './table.ts';

const way = (name: string, figures: readonly Figure[], tells: Way['tells'] = () => true): Way => ({
  name,
  tells,
  figures,
});
const events = (name: string, value: number | null): Figure => ({ figure: 'events', name, value });

test('ways that say the same of everything agree', () => {
  const figures = [events('usage', 4), events('telemetry', 0), events('session', null)];
  const found = compareWays('figure', [way('SQL', figures), way('windows', figures.toReversed())]);
  expect(found).toMatchObject({ ok: true, unproved: 0 });
  expect(found.rows.map(({ name, said }) => [name, ...said])).toEqual([
    ['session', null, null],
    ['telemetry', 0, 0],
    ['usage', 4, 4],
  ]);
});

test('one figure of one way that is another one is told with its way, and nothing is ok', () => {
  const found = compareWays('figure', [
    way('SQL', [events('usage', 4), events('telemetry', 7)]),
    way('rollups', [events('usage', 4), events('telemetry', 7)]),
    way('windows', [events('usage', 5), events('telemetry', 7)]),
  ]);
  expect(found.ok).toBe(false);
  expect(found.rows.filter(({ differ }) => differ.length > 0)).toMatchObject([{ name: 'usage', differ: ['windows'] }]);
  expect(renderComparison(found)).toMatch(/^✗ {2}events +usage +4 +4 +5$/m);
  expect(renderComparison(found)).toMatch(/2 figures, 1 differ$/);
});

test('a figure that only one way forgot, or only one way has, differs', () => {
  const forgot = compareWays('figure', [way('SQL', [events('usage', 4)]), way('windows', [])]);
  expect(forgot).toMatchObject({ ok: false, rows: [{ said: [4, 'missing'], differ: ['windows'] }] });
  const made = compareWays('figure', [way('SQL', []), way('windows', [events('usage', 4)])]);
  expect(made).toMatchObject({ ok: false, rows: [{ said: ['missing', 4], differ: ['windows'] }] });
});

test('nothing and zero are not the same', () => {
  const found = compareWays('figure', [way('SQL', [events('usage', 0)]), way('windows', [events('usage', null)])]);
  expect(found).toMatchObject({ ok: false, rows: [{ differ: ['windows'] }] });
});

test('a way may not count a figure at all, but what one way alone tells proves nothing', () => {
  const daily = way('rollups', [events('usage', 4)], (figure) => figure === 'events');
  const byUser: Figure = { figure: 'responses by user', name: 'developer-1@example.com', value: 2 };
  const sql = way('SQL', [events('usage', 4), byUser]);
  expect(compareWays('figure', [sql, daily])).toMatchObject({ ok: false, unproved: 1 });
  expect(compareWays('figure', [sql, daily, way('windows', [events('usage', 4), byUser])]).ok).toBe(true);
});

test('nothing at all is not agreement', () => {
  expect(compareWays('figure', [way('SQL', []), way('windows', [])]).ok).toBe(false);
});

test('the share of failures is of the two numbers that a way told itself', () => {
  const calls = (figure: string, value: number): Figure => ({ figure, name: 'read_unity_console', value });
  expect(withFailureShares([calls('calls', 64), calls('failed calls', 1)])).toContainEqual(calls('failed %', 1.563));
  expect(withFailureShares([calls('calls', 64)])).toEqual([calls('calls', 64)]);
});
