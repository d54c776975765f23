import { expect, test } from 'vitest';
import { eventSchemas, type Alert } from '../../../../shared/contracts/index.ts';
import { makeEngine } from '../alerts/engine.ts';
import type { Bolt } from '../multilang/bolt.ts';
import { readRules } from '../rules/readRules.ts';
import { makeAlertBolt, type Memory } from './alertBolt.ts';

const rules = readRules(
  `version: 1
rules:
  - { id: builds, kind: builds_failed, severity: warning, summary: s, per: target, inARow: 2 }
  - { id: letters, kind: dead_letters, severity: warning, summary: s, window: 1m, minGrowth: 1 }`,
  'test',
);
const idOf = (n: number): string => `0199f0a0-0000-7000-8000-${String(n).padStart(12, '0')}`;
const failedBuild = (n: number) => ({
  type: 'build.unity.failed',
  eventId: idOf(n),
  sessionId: idOf(0),
  seq: n,
  timestamp: '2026-11-23T12:00:00.000Z',
  schemaVersion: 1,
  source: { app: 'spark', version: '0', host: 'test' },
  buildId: idOf(n),
  target: 'Linux',
  durationMs: 1,
  warnings: 0,
  errors: 1,
  reason: 'x',
});

function rig(recall?: (memory: Memory) => Promise<void>) {
  const told: string[] = [];
  let nowMs = 1_000;
  const away = { is: false };
  const engine = makeEngine(rules);
  const bolt: Bolt = makeAlertBolt({
    engine,
    async tell({ ruleId, state }: Alert) {
      if (away.is) throw new Error('away');
      told.push(`${ruleId} ${state}`);
    },
    nowMs: () => nowMs,
    ...(recall === undefined ? {} : { recall }),
  });
  const process = (tuple: unknown[], stream = 'default') =>
    bolt.process({ id: '1', task: 1, tuple, stream }, () => undefined);
  return {
    told,
    engine,
    away,
    build: (n: number) => process(['build.unity.failed', failedBuild(n), n]),
    letters: (atMs: number, total: number) => process([{ kind: 'dead_letters', atMs, total }], 'looks'),
    process,
    open: () => bolt.open?.({ pidDir: '', conf: {}, context: {} }),
    tick: async (atMs: number) => {
      nowMs = atMs;
      await bolt.tick?.();
    },
  };
}

test('an event that is delivered again counts once', async () => {
  const { build, told } = rig();
  await build(1);
  await build(1);
  expect(told).toEqual([]);
  await build(2);
  await build(2);
  expect(told).toEqual(['builds raised']);
});

test('looks at streams are judged like events, and a tick clears what is over', async () => {
  const { letters, tick, told } = rig();
  await letters(1_000, 5);
  await letters(2_000, 6);
  await tick(3_000);
  expect(told).toEqual(['letters raised']);
  await tick(70_000);
  expect(told).toEqual(['letters raised', 'letters cleared']);
});

test('an alert that cannot be told does not fail its event, waits, and is told once in its place', async () => {
  const { build, letters, tick, told, away } = rig();
  away.is = true;
  await build(1);
  await build(2);
  await letters(1_000, 5);
  await letters(2_000, 6);
  await expect(tick(3_000)).rejects.toThrow('away');
  away.is = false;
  await tick(4_000);
  await tick(5_000);
  expect(told).toEqual(['builds raised', 'letters raised']);
});

test('a tuple that is none of the validated ones is refused', async () => {
  await expect(rig().process(['build.unity.failed', { type: 'build.unity.failed' }, 1])).rejects.toThrow();
  await expect(rig().process(['weather', {}, 1])).rejects.toThrow();
});

test('what another bolt counted is not counted again when it comes again, and nothing is told twice', async () => {
  const event = (n: number) => eventSchemas['build.unity.failed'].parse(failedBuild(n));
  const before = rig();
  await before.build(1);
  await before.build(2);
  expect(before.told).toEqual(['builds raised']);
  const [raised] = before.engine.open();
  if (raised === undefined) throw new Error('not raised');

  const { open, build, tick, told } = rig(async ({ remember, restore }) => {
    remember(event(1), 1);
    remember(event(2), 2);
    restore([raised, { ...raised, ruleId: 'gone', group: 'x' }]);
  });
  await open();
  await build(2);
  await tick(2_000);
  expect(told).toEqual(['gone cleared']);
});
