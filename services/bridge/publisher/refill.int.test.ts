import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { makeDatabase, type Database } from '../../../database/index.ts';
import { streamName } from '../../../shared/contracts/index.ts';
import { ensureStreams, readDurable, readStream } from '../../../shared/node/messaging/index.ts';
import { purgeStream, removeStreams } from '../../../shared/node/messaging/testing/admin.ts';
import { makeRig, type Rig } from '../../consumer/testing/rig.ts';
import type { Journal } from '../journal/index.ts';
import { openPublishing, type Publishing } from '../publishing.ts';
import { addSession, makeTestFolder, openTestJournal, silentLogger } from '../testing/testJournal.ts';

/* Outbox -> JetStream -> consumer -> PostgreSQL, all real; the stream loses what it had acknowledged. */

let rig: Rig;
let database: Database;
let folder: ReturnType<typeof makeTestFolder>;
let journal: Journal;
let publishing: Publishing;
const patient = { timeout: 40_000 };

beforeAll(async () => {
  rig = await makeRig();
  const { config } = rig.database;
  database = makeDatabase({ config, logger: silentLogger });
});
afterAll(async () => {
  await database.close();
  await rig.close();
});
beforeEach(async () => {
  await removeStreams(rig.link);
  await ensureStreams(rig.link);
  folder = makeTestFolder();
  journal = openTestJournal(join(folder.dir, 'data'));
});
afterEach(async () => {
  await publishing.close(AbortSignal.timeout(1_000));
  journal.close();
  folder.remove();
});

function startApp(withDatabase: Database | null = database): void {
  publishing = openPublishing({
    url: rig.natsUrl,
    journal,
    database: withDatabase,
    logger: silentLogger,
    onChange: () => undefined,
  });
}
async function restartApp(): Promise<void> {
  await publishing.close(AbortSignal.timeout(1_000));
  journal.close();
  journal = openTestJournal(join(folder.dir, 'data'));
  startApp();
}
function addEvents(count: number): string {
  const session = randomUUID();
  addSession(journal, session);
  journal.transact(() => {
    for (let n = 0; n < count; n += 1) {
      journal.outbox.append(session, { type: 'telemetry', name: 'frame_time', value: n, unit: 'ms' });
    }
  });
  return session;
}
async function seqsOf(session: string): Promise<number[]> {
  const rows = await rig.database.query(
    `SELECT seq::int FROM spark_events WHERE session_id = '${session}' ORDER BY seq`,
  );
  return rows.map(({ seq }) => Number(seq));
}
const upTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n + 1);

test('a stream purged before the consumer ran is filled again when the app starts', async () => {
  startApp();
  const session = addEvents(700);
  await expect.poll(journal.outbox.depth, patient).toBe(0);
  await purgeStream(rig.link, streamName);
  expect(await readStream(rig.link, streamName)).toMatchObject({ messages: 0 });
  await restartApp();
  await expect.poll(async () => (await readStream(rig.link, streamName)).messages, patient).toBe(700);
  const consumer = await rig.startConsumer();
  await expect.poll(() => seqsOf(session), patient).toEqual(upTo(700));
  await consumer.stop();
});

test('a stream deleted while all run is made by the consumer and filled by the app; what has its row is not sent again', async () => {
  const consumer = await rig.startConsumer();
  startApp();
  const first = addEvents(50);
  await expect.poll(() => seqsOf(first), patient).toEqual(upTo(50));
  await consumer.stop();
  const second = addEvents(60);
  await expect.poll(journal.outbox.depth, patient).toBe(0);
  await removeStreams(rig.link);
  const third = addEvents(5);
  await expect
    .poll(() => publishing.status(), patient)
    .toMatchObject({
      kind: 'waiting',
      detail: expect.stringContaining('no stream takes the subject'),
    });
  const next = await rig.startConsumer();
  for (const [session, count] of [
    [second, 60],
    [third, 5],
  ] as const) {
    await expect.poll(() => seqsOf(session), patient).toEqual(upTo(count));
  }
  expect((await readStream(rig.link, streamName)).messages).toBe(65);
  await next.stop();
});

test('nothing is sent again that waits on the stream for a consumer', async () => {
  startApp();
  addEvents(300);
  await expect.poll(journal.outbox.depth, patient).toBe(0);
  await restartApp();
  const last = addEvents(1);
  await expect.poll(journal.outbox.depth, patient).toBe(0);
  expect((await readStream(rig.link, streamName)).messages).toBe(301);
  const consumer = await rig.startConsumer();
  await expect.poll(() => seqsOf(last), patient).toEqual([1]);
  await expect.poll(() => readDurable(rig.link), patient).toMatchObject({ pending: 0, unacknowledged: 0 });
  // Seen in the database now.
  await restartApp();
  await expect.poll(() => journal.outbox.unseen(0, 1), patient).toEqual([]);
  expect((await readStream(rig.link, streamName)).messages).toBe(301);
  await consumer.stop();
});

test('without a database the stream alone is compared, and a purged one is filled again', async () => {
  startApp(null);
  addEvents(20);
  await expect.poll(journal.outbox.depth, patient).toBe(0);
  await purgeStream(rig.link, streamName);
  await publishing.close(AbortSignal.timeout(1_000));
  startApp(null);
  await expect.poll(async () => (await readStream(rig.link, streamName)).messages, patient).toBe(20);
});

test('a full stream holds the events here, says so, and takes them when there is room again', async () => {
  await removeStreams(rig.link);
  await ensureStreams(rig.link, { maxBytes: 64 * 1024 });
  startApp();
  const session = addEvents(400);
  await expect
    .poll(() => publishing.status(), patient)
    .toMatchObject({
      kind: 'waiting',
      detail: expect.stringContaining('maximum bytes exceeded'),
    });
  const waiting = journal.outbox.depth();
  expect(waiting).toBeGreaterThan(0);
  expect(waiting + (await readStream(rig.link, streamName)).messages).toBe(400);
  await ensureStreams(rig.link, { maxBytes: 64 * 1024 * 1024 });
  await expect.poll(journal.outbox.depth, patient).toBe(0);
  const consumer = await rig.startConsumer();
  await expect.poll(() => seqsOf(session), patient).toEqual(upTo(400));
  await consumer.stop();
});

test('rows that a restored database has lost are sent again when the app starts', async () => {
  const consumer = await rig.startConsumer();
  startApp();
  const [lost, kept] = [addEvents(400), addEvents(3)];
  await expect.poll(() => seqsOf(lost), patient).toEqual(upTo(400));
  await expect.poll(() => seqsOf(kept), patient).toEqual(upTo(3));
  await restartApp();
  await expect.poll(() => journal.outbox.stored(0, 1_000), patient).toHaveLength(403);
  await rig.database.query(`DELETE FROM spark_events WHERE session_id = '${lost}' AND seq > 100`);
  await restartApp();
  await expect.poll(() => seqsOf(lost), patient).toEqual(upTo(400));
  expect((await readStream(rig.link, streamName)).messages).toBe(703);
  await consumer.stop();
});
