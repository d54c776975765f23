import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deadLetterStreamName, streamName } from '../../shared/contracts/index.ts';
import {
  ensureStreams,
  makeJetStreamPublisher,
  readDurable,
  readStream,
  type OutgoingMessage,
} from '../../shared/node/messaging/index.ts';
import { telemetry } from './testing/events.ts';
import { makeRig, type Rig } from './testing/rig.ts';

let rig: Rig;
beforeAll(async () => {
  rig = await makeRig();
  await ensureStreams(rig.link);
});
afterAll(() => rig.close());

const events = 6_000;
const countRows = async (): Promise<number> => {
  const [row] = await rig.database.query('SELECT count(*)::int AS n FROM spark_events');
  return Number(row?.['n']);
};

test(
  'a consumer that is killed in the middle of its work, and one that is stopped, lose nothing and double nothing',
  { timeout: 180_000 },
  async () => {
    const { publish } = makeJetStreamPublisher(rig.link, { timeoutMs: 30_000 });
    const sessionId = randomUUID();
    const messages: OutgoingMessage[] = Array.from({ length: events }, (_, n) => telemetry(sessionId, n));
    await Promise.all(messages.map((message) => publish(message)));
    expect(await readStream(rig.link, streamName)).toMatchObject({ messages: events });

    // Small batches, so that the deaths fall between commits and acknowledgements.
    const killed = await rig.startConsumer({ SPARK_CONSUMER_BATCH: '50' });
    await expect.poll(countRows, { timeout: 30_000, interval: 5 }).toBeGreaterThan(0);
    await killed.kill();
    expect(await countRows()).toBeLessThan(events);

    const stopped = await rig.startConsumer({ SPARK_CONSUMER_BATCH: '50' });
    await stopped.stop();
    await rig.startConsumer();
    await expect
      .poll(() => readDurable(rig.link), { timeout: 120_000 })
      .toMatchObject({ pending: 0, unacknowledged: 0 });

    expect(await countRows()).toBe(events);
    const [telemetryRows] = await rig.database.query('SELECT count(*)::int AS n FROM spark_telemetry');
    expect(telemetryRows).toEqual({ n: events });
    expect(await readStream(rig.link, deadLetterStreamName)).toMatchObject({ messages: 0 });
  },
);
