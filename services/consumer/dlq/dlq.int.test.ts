import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deadLetterStreamName, deadLetterSubjectOf } from '../../../shared/contracts/index.ts';
import { makeLogger } from '../../../shared/node/logging/index.ts';
import {
  deleteMessage,
  ensureStreams,
  getMessage,
  makeJetStreamPublisher,
  readDurable,
  type JetStreamPublisher,
  type OutgoingMessage,
} from '../../../shared/node/messaging/index.ts';
import { programEnvironment } from '../../sandbox/stack/environment.ts';
import { repositoryDir } from '../../sandbox/stack/paths.ts';
import { makeDeadLetters } from '../deadLetters.ts';
import { telemetry } from '../testing/events.ts';
import { makeRig, type Rig } from '../testing/rig.ts';
import type { DeadLetter } from './deadLetter.ts';
import { findDeadLetters, type DeadLetterFilter } from './find.ts';
import { replayDeadLetter } from './replay.ts';

let rig: Rig;
let publisher: JetStreamPublisher;
beforeAll(async () => {
  rig = await makeRig();
  await ensureStreams(rig.link);
  publisher = makeJetStreamPublisher(rig.link);
});
afterAll(() => rig.close());

async function find(filter: DeadLetterFilter = {}): Promise<DeadLetter[]> {
  const found: DeadLetter[] = [];
  for await (const letter of findDeadLetters(rig.link, filter)) found.push(letter);
  return found;
}

/** As the consumer stores it, for a message that SPARK has not (any more): an old one, or one of a stream made anew. */
async function bury(message: OutgoingMessage, reason = 'invalid_event', seq = 900_000): Promise<DeadLetter> {
  const stored = makeDeadLetters({ publisher, logger: makeLogger({ name: 'test', level: 'silent' }) });
  const headers = new Map(Object.entries({ 'Nats-Msg-Id': message.id, ...message.headers }));
  await stored.bury(
    {
      subject: message.subject,
      data: message.bytes,
      seq,
      timeMs: Date.now() - seq,
      deliveries: 2,
      redelivered: true,
      header: (name) => headers.get(name),
      headers: () => [...headers],
      ack: () => undefined,
      nak: () => undefined,
      working: () => undefined,
      term: () => undefined,
    },
    { reason, detail: 'why' },
  );
  const [letter] = await find({ subject: message.subject, reasons: [reason] });
  if (letter === undefined) throw new Error('it was not stored');
  return letter;
}

/** The packaged command as a person starts it. */
async function dlq(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const entry = join(repositoryDir, 'services/consumer/main.ts');
  const env = programEnvironment({ NATS_URL: rig.natsUrl, SLATE_DB_HOST: '127.0.0.1' });
  try {
    const done = await promisify(execFile)(process.execPath, [entry, 'dlq', ...args], { env, cwd: repositoryDir });
    return { code: 0, out: done.stdout, err: done.stderr };
  } catch (error) {
    const failed = error as { code: number; stdout: string; stderr: string };
    return { code: failed.code, out: failed.stdout, err: failed.stderr };
  }
}

test('a dead letter keeps the bytes, the subject, the own headers and what happened to it', async () => {
  const message = telemetry(randomUUID(), 1);
  const letter = await bury({
    ...message,
    headers: { traceparent: '00-1', 'Nats-Rollup': 'all', note: 'naïve\u0007' },
  });
  expect(letter).toMatchObject({
    subject: message.subject,
    type: 'telemetry',
    reason: 'invalid_event',
    attempts: 2,
    originalId: message.id,
    originalHeaders: [
      ['traceparent', '00-1'],
      ['note', 'naïve\u0007'],
    ],
    sizeBytes: message.bytes.byteLength,
  });
  expect(letter.firstFailedAt).toBe(letter.lastFailedAt);
  const stored = await getMessage(rig.link, deadLetterStreamName, letter.id);
  expect(Buffer.from(stored?.data ?? []).equals(Buffer.from(message.bytes))).toBe(true);
  await deleteMessage(rig.link, deadLetterStreamName, letter.id);
});

test('every filter leaves out what it does not name', async () => {
  const session = randomUUID();
  const a = await bury(telemetry(session, 1), 'invalid_event', 901_000);
  const b = await bury(telemetry(randomUUID(), 1), 'db_rejected', 902_000);
  const soon = new Date(Date.now() + 60_000);
  const ids = async (filter: DeadLetterFilter) => (await find(filter)).map(({ id }) => id);
  expect(await ids({})).toEqual([a.id, b.id]);
  expect(await ids({ reasons: ['db_rejected', 'other'] })).toEqual([b.id]);
  expect(await ids({ sessionId: session.toUpperCase() })).toEqual([a.id]);
  expect(await ids({ subject: b.subject })).toEqual([b.id]);
  expect(await ids({ type: 'telemetry' })).toEqual([a.id, b.id]);
  expect(await ids({ type: 'usage' })).toEqual([]);
  expect(await ids({ since: soon })).toEqual([]);
  expect(await ids({ until: soon })).toEqual([a.id, b.id]);
  expect(await ids({ ids: [b.id, 999_999] })).toEqual([b.id]);
  for (const { id } of [a, b]) await deleteMessage(rig.link, deadLetterStreamName, id);
});

test('a replay is the original message again, and one that was interrupted repeats harmlessly', async () => {
  const message = { ...telemetry(randomUUID(), 1), headers: { traceparent: '00-2' } };
  const letter = await bury(message);
  const first = await replayDeadLetter(letter, { link: rig.link, publisher });
  expect(first.kind).toBe('replayed');
  const seq = first.kind === 'replayed' ? first.streamSeq : 0;
  const again = await getMessage(rig.link, 'SPARK', seq);
  expect(again).toMatchObject({
    subject: message.subject,
    headers: { 'Nats-Msg-Id': message.id, traceparent: '00-2', 'Spark-Attempts': '2' },
  });
  expect(Buffer.from(again?.data ?? []).equals(Buffer.from(message.bytes))).toBe(true);
  expect(await find()).toEqual([]);
  expect(await replayDeadLetter(letter, { link: rig.link, publisher })).toEqual({ kind: 'gone' });
  // As if the first had been stored and its program killed before it could remove the dead letter.
  const survivor = await bury(message, 'invalid_event', 900_001);
  expect(await replayDeadLetter(survivor, { link: rig.link, publisher })).toEqual({
    kind: 'replayed_before',
    streamSeq: seq,
  });
  expect(await find()).toEqual([]);
});

test('while the stream remembers the original, a replay is dropped, is told, and stays a dead letter', async () => {
  const message = telemetry(randomUUID(), 1);
  const { streamSeq } = await publisher.publish(message);
  const letter = await bury(message, 'invalid_event', streamSeq);
  expect(await replayDeadLetter(letter, { link: rig.link, publisher })).toEqual({ kind: 'too_early' });
  expect(await find()).toMatchObject([{ id: letter.id }]);
  await deleteMessage(rig.link, deadLetterStreamName, letter.id);
});

test('a message without an id is replayed under an id of its own, the same each time', async () => {
  const letter = await bury({ ...telemetry(randomUUID(), 1), id: '' });
  expect(letter.originalId).toBeNull();
  expect(await replayDeadLetter(letter, { link: rig.link, publisher })).toMatchObject({ kind: 'replayed' });
  const twin = { ...letter, id: (await bury({ ...telemetry(randomUUID(), 2), id: '' })).id };
  expect(await replayDeadLetter(twin, { link: rig.link, publisher })).toMatchObject({ kind: 'replayed_before' });
});

test('what a person types: list, show, dry runs, replay to a row, and purge', { timeout: 120_000 }, async () => {
  const consumer = await rig.startConsumer();
  await expect.poll(() => readDurable(rig.link), { timeout: 30_000 }).toMatchObject({ pending: 0, unacknowledged: 0 });
  const good = telemetry(randomUUID(), 7);
  const bad = { ...telemetry(randomUUID(), 8), bytes: Buffer.from('{"half\u001b[31m') };
  const mendable = await bury(good, 'db_rejected');
  const hopeless = await bury(bad, 'invalid_json', 900_002);

  const list = JSON.parse((await dlq('list', '--json')).out) as { total: number; reasons: object };
  expect(list).toMatchObject({ total: 2, reasons: { db_rejected: 1, invalid_json: 1 } });
  const table = await dlq('list', '--reason', 'db_rejected');
  expect(table).toMatchObject({ code: 0, err: '' });
  expect(table.out).toContain(`${mendable.id}`);
  expect(table.out).not.toContain('invalid_json');
  const shown = await dlq('show', String(hopeless.id));
  expect(shown.out).toContain('{"half\\u{1b}[31m');
  expect(shown.out).not.toContain('\u001b');
  expect((await dlq('show', String(hopeless.id), '--raw')).out).toBe('{"half\u001b[31m');
  expect((await dlq('replay', '--dry-run')).out).toContain('2 would be replayed.');
  expect(await find()).toHaveLength(2);

  expect((await dlq('replay')).out).toContain('2 replayed');
  const rows = () => rig.database.query('SELECT seq::int FROM spark_events WHERE event_id = $1', [good.id]);
  await expect.poll(rows, { timeout: 20_000 }).toEqual([{ seq: 7 }]);
  // What fails again is a dead letter again: its attempts count on, from the time when it failed first.
  await expect
    .poll(() => find(), { timeout: 20_000 })
    .toMatchObject([{ reason: 'invalid_json', attempts: 3, firstFailedAt: hopeless.firstFailedAt }]);

  const refused = await dlq('purge', '--reason', 'invalid_json');
  expect(refused).toMatchObject({ code: 1, err: 'Nothing was removed: it takes --yes.\n' });
  expect(await find()).toHaveLength(1);
  expect((await dlq('purge', '--reason', 'invalid_json', '--yes')).out).toContain('1 removed.');
  expect((await dlq('list')).out).toBe('No dead letters.\n');
  expect((await dlq('list', '--since', 'yesterday')).code).toBe(1);
  await consumer.stop();
});

test('a dead letter that somebody else wrote is listed with what it says', async () => {
  await publisher.publish({ subject: deadLetterSubjectOf('spark.odd'), id: randomUUID(), bytes: Buffer.from('x') });
  expect(await find()).toMatchObject([{ subject: 'spark.odd', type: null, reason: 'unknown', attempts: 1 }]);
});
