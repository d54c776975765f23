import { expect, test } from 'vitest';
import { alertSchema } from '../../../../shared/contracts/index.ts';
import { readRules } from '../rules/readRules.ts';
import { makeEngine, type Engine } from './engine.ts';
import type { Observation } from './observation.ts';

const second = 1_000;
const minute = 60 * second;
const noon = Date.UTC(2026, 10, 23, 12);

const engineOf = (kind: string, fields: string): Engine =>
  makeEngine(
    readRules(`version: 1\nrules: [{ id: r, kind: ${kind}, severity: warning, summary: s, ${fields} }]`, 'test'),
  );
const told = (alerts: ReturnType<Engine['tick']>): string[] =>
  alerts.map(({ state, group, value, threshold }) => `${state} ${group} ${value} of ${threshold}`);

const call = (atMs: number, over: Partial<Extract<Observation, { kind: 'call' }>> = {}): Observation => ({
  kind: 'call',
  atMs,
  name: 'build',
  user: 'ada',
  failed: false,
  durationMs: 100,
  ...over,
});
/** Calls evenly over the minutes, of which the first `failed` fail. */
function calls(
  engine: Engine,
  fromMs: number,
  { n, failed = 0, ...over }: { n: number; failed?: number; name?: string; user?: string; durationMs?: number },
): void {
  for (let at = 0; at < n; at += 1) engine.observe(call(fromMs + (at * minute) / n, { failed: at < failed, ...over }));
}

const errorRate = 'per: function, window: 1m, baseline: 10m, minCalls: 10, minShare: 0.2, factor: 3';

test('an error rate of several times the usual one is raised once and cleared once', () => {
  const engine = engineOf('error_rate', errorRate);
  for (let at = 0; at < 10; at += 1) calls(engine, noon + at * minute, { n: 20, failed: 2 });
  expect(engine.tick(noon + 10 * minute - second)).toEqual([]);

  calls(engine, noon + 10 * minute, { n: 20, failed: 10 });
  const raised = engine.tick(noon + 11 * minute - second);
  expect(raised).toEqual([
    expect.objectContaining({
      state: 'raised',
      group: 'build',
      value: 0.5,
      baseline: 0.1,
      raisedAt: '2026-11-23T12:10:59.000Z',
    }),
  ]);
  expect(raised[0]?.threshold).toBeCloseTo(0.3);
  expect(alertSchema.parse(raised[0])).toEqual(raised[0]);
  expect(engine.tick(noon + 11 * minute - 1)).toEqual([]);

  calls(engine, noon + 11 * minute, { n: 20 });
  const cleared = engine.tick(noon + 12 * minute - second);
  expect(cleared).toEqual([{ ...raised[0], state: 'cleared', value: 0, clearedAt: '2026-11-23T12:11:59.000Z' }]);
  expect(engine.tick(noon + 12 * minute - 1)).toEqual([]);
  expect(engine.open()).toEqual([]);
});

test('where many calls fail as usual, twice as many are no alert', () => {
  const engine = engineOf('error_rate', errorRate);
  for (let at = 0; at < 10; at += 1) calls(engine, noon + at * minute, { n: 20, failed: 5 });
  calls(engine, noon + 10 * minute, { n: 20, failed: 10 });
  expect(engine.tick(noon + 11 * minute - second)).toEqual([]);
});

test('without a baseline the floor of the rule decides', () => {
  const engine = engineOf('error_rate', errorRate);
  calls(engine, noon, { n: 10, failed: 1 });
  expect(engine.tick(noon + minute - second)).toEqual([]);
  calls(engine, noon, { n: 10, failed: 4, name: 'other' });
  expect(told(engine.tick(noon + minute - second))).toEqual(['raised other 0.4 of 0.2']);
});

test('few calls raise nothing, however many of them fail', () => {
  const engine = engineOf('error_rate', errorRate);
  calls(engine, noon, { n: 9, failed: 9 });
  expect(engine.tick(noon + minute - second)).toEqual([]);
});

test('calls that the stream took before all that is looked at count nowhere, and those ahead of this clock count as now', () => {
  const engine = engineOf('error_rate', errorRate);
  calls(engine, noon, { n: 20 });
  calls(engine, noon - 60 * minute, { n: 20, failed: 20 });
  expect(engine.tick(noon + minute - second)).toEqual([]);
  calls(engine, noon + 2 * minute, { n: 40, failed: 40 });
  expect(told(engine.tick(noon + minute - second))).toHaveLength(1);
});

test('a value a little below the threshold keeps an open alert, so that it does not flap', () => {
  const engine = engineOf('error_rate', errorRate);
  calls(engine, noon, { n: 20, failed: 5 });
  expect(engine.tick(noon + minute - second)).toHaveLength(1);
  calls(engine, noon + minute, { n: 100, failed: 17 });
  expect(engine.tick(noon + 2 * minute - second)).toEqual([]);
  calls(engine, noon + 2 * minute, { n: 100, failed: 15 });
  expect(told(engine.tick(noon + 3 * minute - second))).toEqual(['cleared build 0.15 of 0.2']);
});

test('an error rate that stays high stays open, though the baseline learns it', () => {
  const engine = engineOf('error_rate', errorRate);
  let changes = 0;
  for (let at = 0; at < 30; at += 1) {
    calls(engine, noon + at * minute, { n: 20, failed: 10 });
    changes += engine.tick(noon + (at + 1) * minute - second).length;
  }
  expect(changes).toBe(1);
});

test('an alert clears when nobody calls any more', () => {
  const engine = engineOf('error_rate', errorRate);
  calls(engine, noon, { n: 20, failed: 20 });
  expect(engine.tick(noon + minute - second)).toHaveLength(1);
  expect(told(engine.tick(noon + 60 * minute))).toEqual(['cleared build 0 of 0.2']);
});

test.each([
  ['function', ['build']],
  ['user', ['ada']],
  ['all', ['all']],
])('calls are counted per %s', (per, groups) => {
  const engine = engineOf('error_rate', errorRate.replace('per: function', `per: ${per}`));
  calls(engine, noon, { n: 20, failed: 20 });
  calls(engine, noon, { n: 5, failed: 5, name: 'x', user: 'bob' });
  expect(engine.tick(noon + minute - second).map(({ group }) => group)).toEqual(groups);
});

test('a 95th percentile of several times the usual one is raised', () => {
  const engine = engineOf('latency', 'per: function, window: 1m, baseline: 10m, minCalls: 10, minMs: 200, factor: 3');
  for (let at = 0; at < 10; at += 1) calls(engine, noon + at * minute, { n: 20, durationMs: 280 });
  calls(engine, noon + 10 * minute, { n: 20, durationMs: 800 });
  expect(told(engine.tick(noon + 11 * minute - second))).toEqual(['raised build 1000 of 900']);
});

const build = (atMs: number, failed: boolean, target = 'Linux'): Observation => ({
  kind: 'build',
  atMs,
  failed,
  target,
  user: 'ada',
});

test('builds that fail in a row are told at the last of them, and cleared by one that is completed', () => {
  const engine = engineOf('builds_failed', 'per: target, inARow: 3');
  const outcomes = [true, true, false, true, true, true, true, false, true];
  expect(outcomes.map((failed, at) => told(engine.observe(build(noon + at, failed))))).toEqual([
    [],
    [],
    [],
    [],
    [],
    ['raised Linux 3 of 3'],
    [],
    ['cleared Linux 0 of 3'],
    [],
  ]);
});

test('failed builds of different targets are no row', () => {
  const engine = engineOf('builds_failed', 'per: target, inARow: 2');
  expect([...engine.observe(build(noon, true)), ...engine.observe(build(noon, true, 'Windows'))]).toEqual([]);
});

const cost = (atMs: number, usd: number, user = 'ada'): Observation => ({
  kind: 'cost',
  atMs,
  model: 'm',
  user,
  microUsd: usd * 1_000_000,
});

test('a budget is told once when it is used up and cleared by the next UTC day', () => {
  const engine = engineOf('budget', 'per: user, usdPerDay: 2');
  expect(engine.observe(cost(noon, 1.5))).toEqual([]);
  expect(engine.observe(cost(noon, 1.5, 'bob'))).toEqual([]);
  expect(told(engine.observe(cost(noon, 0.5)))).toEqual(['raised ada 2000000 of 2000000']);
  expect(engine.observe(cost(noon, 9))).toEqual([]);
  expect(engine.tick(noon + 12 * 60 * minute - 1)).toEqual([]);
  expect(told(engine.tick(noon + 12 * 60 * minute))).toEqual(['cleared ada 0 of 2000000']);
});

const deadLetters = (atMs: number, total: number): Observation => ({ kind: 'dead_letters', atMs, total });

test('dead letters that were there before are no growth; new ones are, until the window has passed', () => {
  const engine = engineOf('dead_letters', 'window: 10m, minGrowth: 2');
  const seen = [7, 7, 8, 9, 9].map((total, at) => told(engine.observe(deadLetters(noon + at * minute, total))));
  expect(seen).toEqual([[], [], [], ['raised all 2 of 2'], []]);
  expect(engine.tick(noon + 11 * minute)).toEqual([]);
  expect(told(engine.tick(noon + 12 * minute))).toEqual(['cleared all 1 of 2']);
});

test('a dead-letter stream that was made anew counts from its own beginning', () => {
  const engine = engineOf('dead_letters', 'window: 10m, minGrowth: 2');
  expect([90, 0, 1].flatMap((total, at) => engine.observe(deadLetters(noon + at * second, total)))).toEqual([]);
  expect(engine.observe(deadLetters(noon + minute, 2))).toHaveLength(1);
});

const durable = (atMs: number, lag: number, ackFloorSeq: number): Observation => ({
  kind: 'durable',
  atMs,
  name: 'c',
  lag,
  ackFloorSeq,
});

test('a consumer is silent when events wait and none is acknowledged, and no more at the first one', () => {
  const engine = engineOf('silent_consumer', 'silentFor: 2m, minLag: 1');
  const looks = [
    durable(noon, 5, 10),
    durable(noon + minute, 9, 11),
    durable(noon + 2 * minute, 9, 11),
    durable(noon + 3 * minute, 9, 11),
    durable(noon + 4 * minute, 9, 11),
    durable(noon + 5 * minute, 8, 12),
  ];
  expect(looks.map((look) => told(engine.observe(look)))).toEqual([
    [],
    [],
    [],
    ['raised c 120000 of 120000'],
    [],
    ['cleared c 0 of 120000'],
  ]);
});

test('a consumer with nothing to do is not silent, nor is one that nobody looks at', () => {
  const engine = engineOf('silent_consumer', 'silentFor: 2m, minLag: 1');
  engine.observe(durable(noon, 0, 10));
  engine.observe(durable(noon + 10 * minute, 0, 10));
  engine.observe(durable(noon + 11 * minute, 3, 10));
  expect(engine.tick(noon + 60 * minute)).toEqual([]);
});

test('the same observations give the same alerts with the same ids', () => {
  const run = () => {
    const engine = engineOf('budget', 'per: all, usdPerDay: 1');
    return [...engine.observe(cost(noon, 2)), ...engine.tick(noon + 12 * 60 * minute)];
  };
  expect(run()).toEqual(run());
  expect(new Set(run().map(({ alertId }) => alertId)).size).toBe(1);
});

test('an engine that remembers what another one judged raises nothing twice and clears what is over', () => {
  const fields = 'per: target, inARow: 2';
  const before = engineOf('builds_failed', fields);
  const past = [build(noon, true), build(noon + 1, true), build(noon + 2, true, 'Windows')];
  const raised = past.flatMap((each) => before.observe(each));
  expect(told(raised)).toEqual(['raised Linux 2 of 2']);

  const after = engineOf('builds_failed', fields);
  for (const each of past) after.remember(each);
  expect(after.restore(raised, noon + minute)).toEqual([]);
  expect(after.tick(noon + minute)).toEqual([]);
  expect(told(after.observe(build(noon + minute, true, 'Windows')))).toEqual(['raised Windows 2 of 2']);
  expect(after.observe(build(noon + minute, true))).toEqual([]);
  expect(after.observe(build(noon + 2 * minute, false))).toEqual([
    { ...raised[0], state: 'cleared', value: 0, clearedAt: '2026-11-23T12:02:00.000Z' },
  ]);
});

test('what was raised and never told is told after a restart', () => {
  const engine = engineOf('budget', 'per: user, usdPerDay: 2');
  engine.remember(cost(noon, 3));
  expect(told(engine.tick(noon + minute))).toEqual(['raised ada 3000000 of 2000000']);
});

test('an alert whose rule is not in the file any more is cleared at the next start', () => {
  const [alert] = engineOf('budget', 'per: user, usdPerDay: 2').observe(cost(noon, 3));
  if (alert === undefined) throw new Error('not raised');
  const other = engineOf('dead_letters', 'window: 10m, minGrowth: 2');
  expect(told(other.restore([alert], noon + minute))).toEqual(['cleared ada 3000000 of 2000000']);
  expect(other.open()).toEqual([]);
});

test('an alert about dead letters stays open after a restart until a whole window was looked at', () => {
  const fields = 'window: 10m, minGrowth: 2';
  const before = engineOf('dead_letters', fields);
  const [alert] = [5, 7].flatMap((total, at) => before.observe(deadLetters(noon + at * minute, total)));
  if (alert === undefined) throw new Error('not raised');
  const engine = engineOf('dead_letters', fields);
  engine.restore([alert], noon + 2 * minute);
  expect(engine.tick(noon + 2 * minute)).toEqual([]);
  for (let at = 3; at < 13; at += 1) expect(engine.observe(deadLetters(noon + at * minute, 7))).toEqual([]);
  expect(told(engine.observe(deadLetters(noon + 13 * minute, 7)))).toEqual(['cleared all 0 of 2']);
});

test('an alert about a silent consumer stays open after a restart until the consumer is seen to move', () => {
  const silent = engineOf('silent_consumer', 'silentFor: 2m, minLag: 1');
  const [alert] = [0, 2].flatMap((at) => silent.observe(durable(noon + at * minute, 5, 10)));
  if (alert === undefined) throw new Error('not raised');
  const engine = engineOf('silent_consumer', 'silentFor: 2m, minLag: 1');
  engine.restore([alert], noon + 3 * minute);
  expect(engine.tick(noon + 3 * minute)).toEqual([]);
  expect(engine.observe(durable(noon + 4 * minute, 9, 10))).toEqual([]);
  expect(engine.tick(noon + 4 * minute)).toEqual([]);
  expect(told(engine.observe(durable(noon + 5 * minute, 3, 16)))).toEqual(['cleared c 0 of 120000']);
});
