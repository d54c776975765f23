import { createHash, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deadLetterStreamName, streamName } from '../../contracts/index.ts';
import { makeLogger } from '../logging/index.ts';
import {
  announce,
  connectNats,
  ensureDurable,
  ensureStreams,
  findStream,
  getMessage,
  makeFrameStore,
  makeJetStreamPublisher,
  makePuller,
  readDurable,
  type NatsLink,
} from './index.ts';
import { purgeStream, removeStream } from './testing/admin.ts';
import { startOwnNats, type OwnNats } from './testing/ownNats.ts';

/* The users of docs/guides/nats.md, as they stand there. */
const guide = readFileSync(new URL('../../../docs/guides/nats.md', import.meta.url), 'utf8');
const users = /```conf\n(authorization[\s\S]*?)```/.exec(guide)?.[1] ?? '';

let nats: OwnNats;
let app: NatsLink;
let consumer: NatsLink;
beforeAll(async () => {
  nats = await startOwnNats({ conf: () => users });
  const logger = makeLogger({ name: 'test', level: 'silent' });
  const open = (user: string, password: string, name: string): NatsLink =>
    connectNats({ url: nats.url.replace('//', `//${user}:${password}@`), name, logger });
  app = open('spark_app', 'app-password', 'spark-bridge');
  consumer = open('spark_consumer', 'consumer-password', 'spark-nats-consumer');
  await Promise.all([app.ready(), consumer.ready()]);
  await ensureStreams(consumer);
  await ensureDurable(consumer, { ackWaitMs: 30_000, maxAckPending: 100 });
});
afterAll(async () => {
  await app.close();
  await consumer.close();
  await nats.close();
});

const event = () => ({
  subject: `spark.telemetry.${randomUUID()}`,
  id: randomUUID(),
  bytes: Buffer.from('{}'),
});

test('the app publishes, asks what the stream has, and keeps frames', async () => {
  const sent = event();
  const { streamSeq } = await makeJetStreamPublisher(app).publish(sent);
  expect(await getMessage(app, streamName, streamSeq)).toMatchObject({ subject: sent.subject });
  expect(await findStream(app, streamName)).toMatchObject({ lastSeq: streamSeq });
  expect(await readDurable(app)).toMatchObject({ pending: expect.any(Number) });
  const frames = makeFrameStore(app);
  const bytes = Buffer.alloc(300_000, randomUUID());
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  expect(await frames.put(sha256, bytes)).toEqual({ stored: 'now' });
  expect(await frames.put(sha256, bytes)).toEqual({ stored: 'before' });
  expect(Buffer.from((await frames.get(sha256)) ?? []).equals(bytes)).toBe(true);
});

test('the app may not empty or delete a stream, nor write dead letters', async () => {
  await expect(purgeStream(app, streamName)).rejects.toMatchObject({ code: 'nats_rejected', retryable: false });
  await expect(removeStream(app, streamName)).rejects.toMatchObject({ code: 'nats_rejected' });
  const deadLetter = { ...event(), subject: 'dlq.spark.telemetry.a' };
  await expect(makeJetStreamPublisher(app).publish(deadLetter)).rejects.toMatchObject({ code: 'nats_rejected' });
});

test('the consumer reads, acknowledges and writes dead letters, and may not publish events', async () => {
  const { streamSeq } = await makeJetStreamPublisher(app).publish(event());
  const seen: number[] = [];
  const pull = await makePuller(consumer, { maxMessages: 10, maxBytes: 1_000_000 }, (message) => {
    seen.push(message.seq);
    message.ack();
  })();
  await expect.poll(() => seen).toContain(streamSeq);
  await expect.poll(() => readDurable(consumer)).toMatchObject({ pending: 0, unacknowledged: 0 });
  await pull.stop();
  const { publish } = makeJetStreamPublisher(consumer);
  await expect(publish({ ...event(), subject: 'dlq.spark.telemetry.a' })).resolves.toMatchObject({
    stream: deadLetterStreamName,
  });
  await expect(publish(event())).rejects.toMatchObject({ code: 'nats_rejected', retryable: false });
});

test('the analytics API tells alerts of Prometheus, and learns that it may tell nothing else', async () => {
  const { url } = nats;
  const logger = makeLogger({ name: 'test', level: 'silent' });
  const login = url.replace('//', '//spark_analytics:analytics-password@');
  const api = connectNats({ url: login, name: 'spark-analytics-api', logger });
  await api.ready();
  const bytes = Buffer.from('{}');
  const allowed = { subject: 'alerts.spark.prometheus.SparkDiskFills', bytes };
  await expect(announce(api, allowed)).resolves.toBeUndefined();
  for (const subject of ['alerts.spark.storm.x', `spark.telemetry.${randomUUID()}`]) {
    await expect(announce(api, { subject, bytes })).rejects.toMatchObject({ code: 'nats_rejected', retryable: false });
  }
  await expect(announce(api, allowed)).resolves.toBeUndefined();
  await api.close();
});
