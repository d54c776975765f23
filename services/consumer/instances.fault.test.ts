import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deadLetterStreamName } from '../../shared/contracts/index.ts';
import {
  ensureDurable,
  ensureStreams,
  makeJetStreamPublisher,
  makePuller,
  readDurable,
  readStream,
  type StreamMessage,
} from '../../shared/node/messaging/index.ts';
import type { RunningProgram } from '../sandbox/stack/program.ts';
import { durableOptions } from './consumer.ts';
import { telemetry } from './testing/events.ts';
import { makeRig, type Rig } from './testing/rig.ts';

let rig: Rig;
beforeAll(async () => {
  rig = await makeRig();
  await ensureStreams(rig.link);
});
afterAll(() => rig.close());

const patience = { timeout: 60_000 };
const maxBatch = 50;
const ackWaitS = 5;
const over = { SPARK_CONSUMER_BATCH: String(maxBatch), SPARK_CONSUMER_ACK_WAIT_S: String(ackWaitS) };
const count = async (table: 'spark_events' | 'spark_telemetry', sessionId: string): Promise<number> => {
  const [row] = await rig.database.query(`SELECT count(*)::int AS n FROM ${table} WHERE session_id = $1`, [sessionId]);
  return Number(row?.['n']);
};
const settled = () =>
  expect.poll(() => readDurable(rig.link), patience).toMatchObject({ pending: 0, unacknowledged: 0 });

/** What an instance says that it has committed. */
async function shareOf({ ready }: RunningProgram): Promise<number> {
  const text = await (await fetch(`${String(ready['metrics'])}/metrics`)).text();
  return Number(/spark_consumer_events_total\{outcome="written",type="telemetry"\} (\d+)/.exec(text)?.[1] ?? 0);
}

test(
  'two instances share the work; one is killed, the other is stopped and started again: each event is one row',
  { timeout: 120_000 },
  async () => {
    const { publish } = makeJetStreamPublisher(rig.link, { timeoutMs: 30_000 });
    const sessionId = randomUUID();
    let published = 0;
    const enough = new AbortController();
    const load = async (): Promise<void> => {
      while (!enough.signal.aborted) {
        await Promise.all(Array.from({ length: 100 }, (_, n) => publish(telemetry(sessionId, published + n))));
        published += 100;
      }
    };
    const publishing = load();
    try {
      const [first, second] = await Promise.all([rig.startConsumer(over), rig.startConsumer(over)]);
      await expect.poll(() => shareOf(first), patience).toBeGreaterThan(500);
      await expect.poll(() => shareOf(second), patience).toBeGreaterThan(500);
      await first.kill();
      const atDeath = await shareOf(second);
      await expect.poll(() => shareOf(second), patience).toBeGreaterThan(atDeath + 500);
      await second.stop();
      const again = await rig.startConsumer(over);
      await expect.poll(() => shareOf(again), patience).toBeGreaterThan(500);
      enough.abort();
      await publishing;
      await settled();
      await again.stop();
    } finally {
      enough.abort();
      await publishing;
    }
    expect(await count('spark_events', sessionId)).toBe(published);
    expect(await count('spark_telemetry', sessionId)).toBe(published);
    expect(await readStream(rig.link, deadLetterStreamName)).toMatchObject({ messages: 0 });
  },
);

test('a fourth instance gets its share while three others hold all that they may', { timeout: 60_000 }, async () => {
  const { publish } = makeJetStreamPublisher(rig.link);
  const sessionId = randomUUID();
  await ensureDurable(rig.link, durableOptions({ ackWaitMs: ackWaitS * 1_000 }));
  const maxHeld = 4 * maxBatch;
  const events = 5 * maxHeld;
  const held: StreamMessage[] = [];
  const keeping = setInterval(() => {
    for (const message of held) message.working();
  }, 1_000);
  const limits = { maxMessages: maxHeld, maxBytes: 2 ** 24 };
  const startPull = Array.from({ length: 3 }, () => makePuller(rig.link, limits, (message) => held.push(message)));
  const pulls = await Promise.all(startPull.map((start) => start()));
  try {
    await Promise.all(Array.from({ length: 3 * maxHeld }, (_, seq) => publish(telemetry(sessionId, seq))));
    await expect.poll(() => held.length, patience).toBe(3 * maxHeld);
    const fourth = await rig.startConsumer(over);
    for (let seq = 3 * maxHeld; seq < events; seq += 1) await publish(telemetry(sessionId, seq));
    await expect.poll(() => count('spark_events', sessionId), patience).toBe(events - 3 * maxHeld);
    expect(await shareOf(fourth)).toBe(events - 3 * maxHeld);
  } finally {
    clearInterval(keeping);
    await Promise.all(pulls.map(({ stop }) => stop()));
    for (const message of held) message.nak();
  }
  await settled();
  expect(await count('spark_events', sessionId)).toBe(events);
});
