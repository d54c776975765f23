import { createHash, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  alertDurableName,
  alertStreamName,
  deadLetterStreamName,
  streamName,
  type Alert,
} from '../../contracts/index.ts';
import { makeLogger } from '../logging/index.ts';
import {
  connectNats,
  ensureDurable,
  ensureStreams,
  findForbidden,
  findStream,
  getMessage,
  listen,
  makeAlertPublisher,
  makeFrameStore,
  makeJetStreamPublisher,
  makePuller,
  readDurable,
  readStream,
  replay,
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
const others: NatsLink[] = [];
const logger = makeLogger({ name: 'test', level: 'silent' });
const open = (user: string, password: string, name: string): NatsLink => {
  const link = connectNats({ url: nats.url.replace('//', `//${user}:${password}@`), name, logger });
  others.push(link);
  return link;
};
beforeAll(async () => {
  nats = await startOwnNats({ conf: () => users });
  app = open('spark_app', 'app-password', 'spark-bridge');
  consumer = open('spark_consumer', 'consumer-password', 'spark-nats-consumer');
  await Promise.all([app.ready(), consumer.ready()]);
  await ensureStreams(consumer);
  await ensureDurable(consumer, { ackWaitMs: 30_000, maxAckPending: 100 });
  await ensureDurable(consumer, { ...keeper, ackWaitMs: 30_000, maxAckPending: 100 });
});
afterAll(async () => {
  await Promise.all(others.map((link) => link.close()));
  await nats.close();
});

const keeper = { stream: alertStreamName, name: alertDurableName };
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

const alertOf = (source: string): Alert => ({
  alertId: randomUUID(),
  source,
  ruleId: 'rule',
  kind: 'kind',
  severity: 'critical',
  group: 'all',
  state: 'raised',
  summary: 'It fails.',
  value: null,
  threshold: null,
  baseline: null,
  raisedAt: new Date().toISOString(),
  clearedAt: null,
});

test.each([
  ['the analytics API', 'prometheus', ['spark_analytics', 'analytics-password', 'spark-analytics-api']],
  ['Storm', 'storm', ['spark_storm', 'storm-password', 'spark-storm-alerts']],
  ['Airflow', 'airflow', ['spark_airflow', 'airflow-password', 'spark-airflow']],
] as const)('%s tells its own alerts, and learns that it may tell nothing else', async (_, source, login) => {
  const [user, password, client] = login;
  const link = open(user, password, client);
  await link.ready();
  const publish = makeAlertPublisher(link);
  await expect(publish(`alerts.spark.${source}.rule`, alertOf(source))).resolves.toBeUndefined();
  for (const subject of ['alerts.spark.other.rule', `spark.telemetry.${randomUUID()}`]) {
    await expect(publish(subject, alertOf(source))).rejects.toMatchObject({ code: 'nats_rejected', retryable: false });
  }
  await expect(publish(`alerts.spark.${source}.rule`, alertOf(source))).resolves.toBeUndefined();
});

test('Storm pulls events by a durable of its own and looks at dead letters and the consumer, and reads no other stream', async () => {
  const spout = open('spark_storm', 'storm-password', 'spark-storm-spout');
  await spout.ready();
  const wanted = { name: 'spark-storm', from: 'now', ackWaitMs: 30_000, maxAckPending: 100 } as const;
  expect(await ensureDurable(spout, wanted)).toEqual(['made consumer spark-storm']);
  expect(await ensureDurable(spout, { ...wanted, maxAckPending: 200 })).toHaveLength(1);
  const seen: number[] = [];
  const take = makePuller(
    spout,
    { maxMessages: 10, maxBytes: 1_000_000 },
    (message) => {
      seen.push(message.seq);
      message.ack();
    },
    'spark-storm',
  );
  const pull = await take();
  const { streamSeq } = await makeJetStreamPublisher(app).publish(event());
  await expect.poll(() => seen).toContain(streamSeq);
  await expect.poll(() => readDurable(spout, 'spark-storm')).toMatchObject({ pending: 0, unacknowledged: 0 });
  await pull.stop();
  await expect(readDurable(spout)).resolves.toMatchObject({ pending: expect.any(Number) });
  await expect(readStream(spout, deadLetterStreamName)).resolves.toMatchObject({ messages: expect.any(Number) });
  await expect(getMessage(spout, streamName, streamSeq)).rejects.toMatchObject({ code: 'nats_rejected' });
});

test('Storm reads back events and the alerts that it told, by consumers of one name', async () => {
  const storm = open('spark_storm', 'storm-password', 'spark-storm-alerts');
  await storm.ready();
  await makeAlertPublisher(storm)('alerts.spark.storm.again', alertOf('storm'));
  const { streamSeq } = await makeJetStreamPublisher(app).publish(event());
  const common = { since: new Date(0), signal: new AbortController().signal };
  const read = async (stream: string, subject: string, toSeq: number, name = 'spark-storm-recall') => {
    const seen: string[] = [];
    const count = await replay(storm, stream, { ...common, name, subject, toSeq }, ({ subject }) => seen.push(subject));
    expect(seen).toHaveLength(count);
    return seen;
  };
  const { lastSeq } = await readStream(storm, alertStreamName);
  expect(await read(alertStreamName, 'alerts.spark.storm.*', lastSeq)).toContain('alerts.spark.storm.again');
  expect(await read(streamName, 'spark.telemetry.*', streamSeq)).not.toEqual([]);
  expect(await read(streamName, 'spark.telemetry.*', 0)).toEqual([]);
  await expect(read(streamName, 'spark.>', streamSeq, 'other')).rejects.toMatchObject({ code: 'nats_rejected' });
});

test('the consumer reads alerts and may not tell any; the app hears them as they are told', async () => {
  const heard: string[] = [];
  await app.use(async (connection) => {
    connection.subscribe('alerts.spark.>', { callback: (_, { subject }) => void heard.push(subject) });
    await connection.flush();
  });
  const storm = open('spark_storm', 'storm-password', 'spark-storm-alerts');
  await storm.ready();
  await makeAlertPublisher(storm)('alerts.spark.storm.heard', alertOf('storm'));
  await expect.poll(() => heard).toContain('alerts.spark.storm.heard');
  const seen: string[] = [];
  const limits = { maxMessages: 10, maxBytes: 1_000_000 };
  const take = makePuller(
    consumer,
    limits,
    (message) => {
      seen.push(message.subject);
      message.ack();
    },
    alertDurableName,
    alertStreamName,
  );
  const pull = await take();
  await expect.poll(() => seen).toContain('alerts.spark.storm.heard');
  const settled = () => readDurable(consumer, alertDurableName, alertStreamName);
  await expect.poll(settled).toMatchObject({ pending: 0, unacknowledged: 0 });
  await pull.stop();
  const { publish } = makeJetStreamPublisher(consumer);
  await expect(publish({ ...event(), subject: 'dlq.alerts.spark.storm.a' })).resolves.toMatchObject({
    stream: deadLetterStreamName,
  });
  for (const link of [consumer, app]) {
    await expect(makeAlertPublisher(link)('alerts.spark.storm.a', alertOf('storm'))).rejects.toMatchObject({
      code: 'nats_rejected',
    });
  }
});

test('who may not hear alerts is told so, once', async () => {
  const api = open('spark_analytics', 'analytics-password', 'spark-analytics-api');
  await api.ready();
  const refused: unknown[] = [];
  const stop = listen(api, {
    subject: 'alerts.spark.>',
    onMessage: () => undefined,
    onListening: () => refused.push('it listens'),
    onRefused: (error) => refused.push(error),
  });
  await expect.poll(() => refused).toEqual([expect.objectContaining({ code: 'nats_rejected', retryable: false })]);
  stop();
});

test('a right that is missing is told by its subject, and trying it keeps nothing', async () => {
  const subjects = ['dlq.alerts.spark.check', '$JS.ACK.SPARK_ALERTS.spark-alert-keeper.check', 'dlq.other.check'];
  const before = await readStream(consumer, deadLetterStreamName);
  expect(await findForbidden(consumer, subjects)).toEqual(['dlq.other.check']);
  expect(await findForbidden(app, subjects)).toEqual(subjects);
  expect(await readStream(consumer, deadLetterStreamName)).toEqual(before);
});

test('an acknowledgement that is refused is a line in the log with its subject', async () => {
  const lines: string[] = [];
  const link = connectNats({
    url: nats.url.replace('//', '//spark_app:app-password@'),
    name: 'spark-bridge',
    logger: makeLogger({ name: 'test', level: 'warn', sink: { write: (line) => void lines.push(line) } }),
  });
  others.push(link);
  await link.ready();
  const subject = '$JS.ACK.SPARK_ALERTS.spark-alert-keeper.1.1.1.1.0';
  await link.use((connection) => {
    connection.publish(subject, '+ACK');
    return connection.flush();
  });
  await expect.poll(() => lines.join('')).toContain(`may not publish on ${subject}`);
});
