import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest';
import { alertSchema, type Alert } from '../../../../shared/contracts/index.ts';
import { makeLogger } from '../../../../shared/node/logging/index.ts';
import {
  connectNats,
  ensureStreams,
  makeJetStreamPublisher,
  readDurable,
  type NatsLink,
} from '../../../../shared/node/messaging/index.ts';
import { makeMessage } from '../../../consumer/testing/events.ts';
import type { EngineProcess } from '../../engine/process.ts';
import { buildTopology, type TopologyBuild } from './build.ts';
import { startLocalStorm } from './local.ts';

/* The topology on Storm itself, in its local mode, fed through a real NATS. */
const url = inject('stack').env['NATS_URL'] ?? '';
let dir: string;
let built: TopologyBuild;
let link: NatsLink;
let storm: EngineProcess | undefined;
const alerts: Alert[] = [];

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'spark-storm-'));
  built = await buildTopology(dir, AbortSignal.timeout(280_000));
  link = connectNats({ url, name: 'test', logger: makeLogger({ name: 'test', level: 'silent' }) });
  await link.ready();
  await ensureStreams(link);
  await link.use(async (connection) => {
    connection.subscribe('alerts.spark.storm.>', {
      callback: (_error, message) => void alerts.push(alertSchema.parse(message.json())),
    });
    await connection.flush();
  });
});
afterEach(async () => storm?.stop());
afterAll(async () => {
  await link.close();
  await rm(dir, { recursive: true, force: true });
});

const sessionId = randomUUID();
const target = `T-${sessionId}`;
let seq = 0;
const at = () => ({ sessionId, seq: (seq += 1) });
const facts = () => ({ buildId: randomUUID(), target, durationMs: 1, warnings: 0 });
const failed = () => makeMessage({ type: 'build.unity.failed', ...facts(), errors: 1, reason: 'CS1002' }, at());
const completed = () => makeMessage({ type: 'build.unity.completed', ...facts(), errors: 0, sizeBytes: 1 }, at());
const told = () => alerts.filter(({ group }) => group === target).map(({ ruleId, state }) => `${ruleId} ${state}`);
const waits = { timeout: 120_000, interval: 250 };
const standing = async () => {
  const { pending, unacknowledged } = await readDurable(link, 'spark-storm');
  return pending + unacknowledged;
};

test('events go through Storm: wrong ones are logged, failed builds raise one alert, a good one clears it', async (context) => {
  if ('missing' in built) {
    Object.assign(context.task.meta, { skipReason: built.missing });
    return context.skip(built.missing);
  }
  const topology = built;
  const logFile = join(dir, 'storm.log');
  const start = () => startLocalStorm({ topology, name: 'test', env: { NATS_URL: url }, logFile });
  storm = start();
  await expect.poll(() => standing().catch(() => null), waits).toBe(0);
  const { publish } = makeJetStreamPublisher(link);
  const wrong = { ...failed(), bytes: Buffer.from('{"target":') };
  for (const message of [failed(), wrong, failed(), failed(), failed()]) await publish(message);
  await expect.poll(told, waits).toEqual(['builds-fail raised']);
  await expect.poll(standing, waits).toBe(0);
  expect(await readFile(logFile, 'utf8')).toContain('invalid_json');

  await publish(completed());
  await expect.poll(told, waits).toEqual(['builds-fail raised', 'builds-fail cleared']);

  // Killed with work under way: what it had not acknowledged comes again.
  await storm.stop();
  for (let n = 0; n < 300; n += 1) await publish(failed());
  storm = start();
  await expect.poll(standing, waits).toBe(0);
  await expect.poll(told, waits).toEqual(['builds-fail raised', 'builds-fail cleared', 'builds-fail raised']);
});
