import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deadLetterStreamName } from '../../shared/contracts/index.ts';
import { makeLogger } from '../../shared/node/logging/index.ts';
import { ensureStreams, makeJetStreamPublisher, readDurable, readStream } from '../../shared/node/messaging/index.ts';
import { watchActivity } from './activity.ts';
import { startConsumer } from './consumer.ts';
import { makeMetrics } from './metrics.ts';
import { telemetry } from './testing/events.ts';
import { makeRig, type Rig } from './testing/rig.ts';

let rig: Rig;
beforeAll(async () => {
  rig = await makeRig();
  await ensureStreams(rig.link);
});
afterAll(() => rig.close());

test('a bug while writing ends the consumer, with nothing acknowledged and nothing dead', async () => {
  const { publish } = makeJetStreamPublisher(rig.link);
  const sessionId = randomUUID();
  for (const seq of [1, 2, 3]) await publish(telemetry(sessionId, seq));
  const bug = new TypeError('a projection read a field of nothing');
  const consumer = startConsumer({
    link: rig.link,
    database: { bulk: () => Promise.reject(bug) },
    logger: makeLogger({ name: 'test', level: 'silent' }),
    metrics: makeMetrics({ version: '0.0.0' }),
    activity: watchActivity(),
    maxBatch: 100,
    retentionDays: 400,
    ackWaitMs: 30_000,
    onReady: () => undefined,
  });
  await expect(consumer.done).rejects.toBe(bug);
  await consumer.stop();
  expect(await readStream(rig.link, deadLetterStreamName)).toMatchObject({ messages: 0 });
  expect(await readDurable(rig.link)).toMatchObject({ ackFloorSeq: 0 });
  // The version without the bug writes all of it.
  await rig.startConsumer();
  const rows = () =>
    rig.database.query('SELECT seq::int FROM spark_events WHERE session_id = $1 ORDER BY seq', [sessionId]);
  await expect.poll(rows, { timeout: 50_000 }).toEqual([{ seq: 1 }, { seq: 2 }, { seq: 3 }]);
});
