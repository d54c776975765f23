import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { makeLogger } from '../shared/node/logging/index.ts';
import { ensureMonths, insertEvents, listDaysDue, makeDatabase, readEventsDaily, type Database } from './index.ts';
import type { SqlClient } from './pool.ts';
import { makeFreshDatabase, type FreshDatabase } from './testing/freshDatabase.ts';
import { clusterOf } from './testing/stackCluster.ts';

const stack = inject('stack');
let fresh: FreshDatabase;
let consumer: Database;
beforeAll(async () => {
  fresh = await makeFreshDatabase(clusterOf(stack, stack.consumer));
});
afterAll(() => fresh.drop());
beforeEach(() => {
  consumer = makeDatabase({ config: fresh.config, logger: makeLogger({ name: 'test', level: 'silent' }) });
});
afterEach(() => consumer.close());

async function insert(client: SqlClient, occurredAt: string): Promise<void> {
  await ensureMonths(client, [occurredAt]);
  const ms = Date.parse(occurredAt);
  const row = { eventId: randomUUID(), occurredMs: ms, recordedMs: ms, sessionId: randomUUID(), seq: 1 };
  await insertEvents(client, [{ ...row, type: 'telemetry', callId: null, userId: null, payload: Buffer.from('{}') }]);
}
const isDue = async (day: string): Promise<boolean> =>
  (await consumer.write((client) => listDaysDue(client))).some((due) => due.day === day);
const countOf = async (day: string): Promise<number | undefined> =>
  (await consumer.write((client) => readEventsDaily(client, day)))[0]?.events;

/** A promise and its resolve, so that a test says when a transaction goes on. */
function gate(): { readonly opened: Promise<void>; readonly open: () => void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

test('a day is due from its first event to its roll, and again after a late event, however old its times are', async () => {
  const day = '2025-01-10';
  expect(await isDue(day)).toBe(false);
  await consumer.write((client) => insert(client, `${day}T10:00:00.000Z`));
  expect(await isDue(day)).toBe(true);
  await consumer.rollupDay(day);
  expect(await isDue(day)).toBe(false);
  await consumer.write((client) => insert(client, `${day}T09:00:00.000Z`));
  expect(await isDue(day)).toBe(true);
  await consumer.rollupDay(day);
  expect(await isDue(day)).toBe(false);
  expect(await countOf(day)).toBe(2);
});

test('days with an offset are counted as UTC days, and a limit leaves later days out', async () => {
  await consumer.write((client) => insert(client, '2025-02-11T01:00:00.000+02:00'));
  const due = await consumer.write((client) => listDaysDue(client, '2025-02-11'));
  expect(due.map(({ day }) => day)).toContain('2025-02-10');
  expect(await consumer.write((client) => listDaysDue(client, '2025-02-10'))).not.toContainEqual(
    expect.objectContaining({ day: '2025-02-10' }),
  );
});

test('rows that are not committed when their day is rolled make it due as soon as they are', async () => {
  const day = '2025-03-10';
  await consumer.write((client) => insert(client, `${day}T10:00:00.000Z`));
  const [inserted, release] = [gate(), gate()];
  const late = consumer.write(async (client) => {
    await insert(client, `${day}T08:00:00.000Z`);
    inserted.open();
    await release.opened;
  });
  await inserted.opened;
  await consumer.rollupDay(day);
  expect(await countOf(day)).toBe(1);
  expect(await isDue(day)).toBe(false);
  release.open();
  await late;
  expect(await isDue(day)).toBe(true);
  await consumer.rollupDay(day);
  expect(await countOf(day)).toBe(2);
});

test('rows that are committed while their day is being rolled are counted by that roll or leave the day due', async () => {
  const day = '2025-04-10';
  await consumer.write((client) => insert(client, `${day}T10:00:00.000Z`));
  await consumer.rollupDay(day);
  const owner = makeDatabase({ config: fresh.ownerConfig, logger: makeLogger({ name: 'test', level: 'silent' }) });
  try {
    // The roll stops in its middle: it wants to replace a row that is held.
    const [held, release] = [gate(), gate()];
    const holding = owner.write(async (client) => {
      await client.run({ text: 'SELECT FROM spark_events_daily WHERE day = $1 FOR UPDATE', values: [day] });
      held.open();
      await release.opened;
    });
    await held.opened;
    const rolling = consumer.rollupDay(day);
    await expect
      .poll(() =>
        fresh.query(`SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`),
      )
      .toHaveLength(1);
    await consumer.write((client) => insert(client, `${day}T11:00:00.000Z`));
    release.open();
    await Promise.all([holding, rolling]);
    expect(await isDue(day)).toBe(true);
    await consumer.rollupDay(day);
    expect({ count: await countOf(day), due: await isDue(day) }).toEqual({ count: 2, due: false });
  } finally {
    await owner.close();
  }
});

test('retention rolls what is due, drops the month, keeps its figures and refuses to roll it again', async () => {
  const day = '2019-05-31';
  await consumer.write((client) => insert(client, `${day}T10:00:00.000Z`));
  await consumer.write((client) => insert(client, `${day}T11:00:00.000Z`));
  const drop = (before: string) =>
    consumer.write((client) =>
      client.run({ text: 'SELECT FROM spark_drop_partitions_before($1::date) AS n WHERE n = 1', values: [before] }),
    );
  expect(await drop('2019-05-31')).toBe(0);
  expect(await drop('2019-06-01')).toBe(1);
  expect(await fresh.query(`SELECT to_regclass('spark_events_y2019m05') AS gone`)).toEqual([{ gone: null }]);
  expect({ count: await countOf(day), due: await isDue(day) }).toEqual({ count: 2, due: false });
  await expect(consumer.rollupDay(day)).rejects.toThrow(/dropped by retention/);
  expect(await countOf(day)).toBe(2);
});
