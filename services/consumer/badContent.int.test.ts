import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeDatabase, type Database } from '../../database/index.ts';
import { deadLetterStreamName } from '../../shared/contracts/index.ts';
import { makeLogger } from '../../shared/node/logging/index.ts';
import { ensureStreams, makeJetStreamPublisher, readDurable, readStream } from '../../shared/node/messaging/index.ts';
import { watchActivity } from './activity.ts';
import { startConsumer } from './consumer.ts';
import { makeMetrics } from './metrics.ts';
import { makeMessage, telemetry } from './testing/events.ts';
import { makeRig, type Rig } from './testing/rig.ts';

let rig: Rig;
beforeAll(async () => {
  rig = await makeRig();
  await ensureStreams(rig.link);
});
afterAll(() => rig.close());

const frame = {
  type: 'preview.unity.frame',
  sha256: 'a'.repeat(64),
  mimeType: 'image/png',
  height: 360,
  sizeBytes: 10,
  captureSource: 'game_view',
  blank: false,
} as const;

test('fifty of five hundred events that PostgreSQL would refuse cost it no transaction', async () => {
  const { publish } = makeJetStreamPublisher(rig.link);
  const sessionId = randomUUID();
  const poisoned = (seq: number) =>
    [
      makeMessage({ ...telemetryBody, unit: 'a\u0000b' }, { sessionId, seq }),
      makeMessage({ ...telemetryBody, unit: '\ud83d' }, { sessionId, seq }),
      makeMessage({ ...frame, frameId: randomUUID(), width: 2 ** 31 }, { sessionId, seq }),
    ][(seq / 10) % 3] ?? telemetry(sessionId, seq);
  const messages = Array.from({ length: 500 }, (_, seq) =>
    seq % 10 === 0 ? poisoned(seq) : telemetry(sessionId, seq),
  );
  await Promise.all(messages.map((message) => publish(message)));

  const logger = makeLogger({ name: 'test', level: 'silent' });
  const database = makeDatabase({ config: rig.database.config, logger });
  let begun = 0;
  let refused = 0;
  const bulk: Database['bulk'] = async (work) => {
    begun += 1;
    try {
      return await database.bulk(work);
    } catch (error) {
      refused += 1;
      throw error;
    }
  };
  const metrics = makeMetrics({ version: '0.0.0' });
  const consumer = startConsumer({
    link: rig.link,
    database: { bulk },
    logger,
    metrics,
    activity: watchActivity(),
    maxBatch: 500,
    retentionDays: 400,
    ackWaitMs: 30_000,
    onReady: () => undefined,
  });
  await expect
    .poll(() => readDurable(rig.link).catch(() => null), { timeout: 30_000 })
    .toMatchObject({ pending: 0, unacknowledged: 0 });
  await consumer.stop();
  await database.close();

  const [rows] = await rig.database.query('SELECT count(*)::int AS n FROM spark_events');
  expect(rows).toEqual({ n: 450 });
  expect(await readStream(rig.link, deadLetterStreamName)).toMatchObject({ messages: 50 });
  expect(refused).toBe(0);
  const batches = /spark_consumer_batch_events_count (\d+)/.exec(await metrics.registry.metrics())?.[1];
  expect(begun).toBe(Number(batches));
});

const telemetryBody = { type: 'telemetry', name: 'frame_time', value: 1, unit: 'ms' } as const;
