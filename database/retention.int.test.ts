import { v7 as uuidv7 } from 'uuid';
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { makeLogger } from '../shared/node/logging/index.ts';
import { makeDatabase, type Database } from './database.ts';
import { findEventsOfKeptMonths } from './queries/stored.ts';
import { dropMonthsBefore } from './retention.ts';
import { makeFreshDatabase, type FreshDatabase } from './testing/freshDatabase.ts';
import { openRawClient } from './testing/rawClient.ts';
import { clusterOf } from './testing/stackCluster.ts';

let fresh: FreshDatabase;
let owner: Database;
beforeAll(async () => {
  fresh = await makeFreshDatabase(clusterOf(inject('stack')));
});
afterAll(() => fresh.drop());
beforeEach(async () => {
  owner = makeDatabase({ config: fresh.ownerConfig, logger: makeLogger({ name: 'test', level: 'silent' }) });
  await fresh.query(`SELECT spark_ensure_partitions('2020-01-01', '2020-03-01')`);
});
afterEach(() => owner.close());

const monthsOf2020 = async (): Promise<unknown[]> =>
  (await fresh.query(`SELECT relname FROM pg_class WHERE relname ~ '^spark_events_y2020m..$' ORDER BY 1`)).map(
    ({ relname }) => relname,
  );

/** Reads in a transaction that stays open until `work` is over, as a long report does. */
async function whileRead(work: (release: () => void) => Promise<void>): Promise<void> {
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  let reading = (): void => undefined;
  const started = new Promise<void>((resolve) => {
    reading = resolve;
  });
  const reader = owner.write(async (client) => {
    await client.run({ text: 'SELECT FROM spark_events' });
    reading();
    await released;
  });
  await started;
  try {
    await work(release);
  } finally {
    release();
    await reader;
  }
}

test('months that end on or before the day go, one by one and with what is due of them rolled; later ones stay', async () => {
  await fresh.query(`SELECT spark_mark_days('{2020-01-15}')`);
  const progress: string[] = [];
  const signal = new AbortController().signal;
  const options = { database: owner, patienceMs: 60_000, signal, onProgress: (line: string) => progress.push(line) };
  expect(await dropMonthsBefore({ ...options, day: '2020-03-31' })).toBe(2);
  expect(progress).toEqual(['2020-01-15  rolled', 'spark_events_y2020m01  dropped', 'spark_events_y2020m02  dropped']);
  expect(await monthsOf2020()).toEqual(['spark_events_y2020m03']);
  expect(await dropMonthsBefore({ ...options, day: '2020-03-31' })).toBe(0);
});

test('a month that is in use is tried again until it is free', async () => {
  await whileRead(async (release) => {
    const dropped = await dropMonthsBefore({
      database: owner,
      day: '2020-04-01',
      patienceMs: 60_000,
      signal: new AbortController().signal,
      onProgress: (line) => {
        if (line.includes('in use; tried 1 times')) release();
      },
    });
    expect(dropped).toBe(3);
  });
  expect(await monthsOf2020()).toEqual([]);
});

test('a month that stays in use is left whole, with what to do', async () => {
  await whileRead(async () => {
    await expect(
      dropMonthsBefore({
        database: owner,
        day: '2020-04-01',
        patienceMs: 1,
        signal: new AbortController().signal,
        onProgress: () => undefined,
      }),
    ).rejects.toMatchObject({ code: 'db_unavailable', message: expect.stringContaining('pg_stat_activity') });
  });
  expect(await monthsOf2020()).toHaveLength(3);
});

test('a month whose events differ from its daily figures is kept, with the days named, and so are later ones', async () => {
  const addEvent = (time: string) =>
    fresh.query(
      `INSERT INTO spark_events (occurred_at, event_id, session_id, seq, type, recorded_at, payload)
       VALUES ($1, gen_random_uuid(), gen_random_uuid(), 1, 'telemetry', now(), '{}')`,
      [time],
    );
  const options = { patienceMs: 60_000, signal: new AbortController().signal, onProgress: () => undefined };
  const drop = () => dropMonthsBefore({ database: owner, day: '2021-04-01', ...options });
  const months = async (): Promise<unknown[]> =>
    (await fresh.query(`SELECT relname FROM pg_class WHERE relname ~ '^spark_events_y2021m..$' ORDER BY 1`)).map(
      ({ relname }) => relname,
    );
  await fresh.query(`SELECT spark_ensure_partitions('2021-01-01', '2021-03-01')`);
  await addEvent('2021-02-28T23:59:59Z');
  await expect(drop()).rejects.toMatchObject({
    code: 'db_rejected',
    message: expect.stringMatching(
      /^spark_events_y2021m02 was not dropped.+2021-02-28 has 0 rolled and 1 there.+spark-db rollup/,
    ),
  });
  expect(await months()).toEqual(['spark_events_y2021m02', 'spark_events_y2021m03']);
  await owner.rollupDay('2021-02-28');
  expect(await drop()).toBe(2);
  expect(await fresh.query(`SELECT day::text, events::int FROM spark_events_daily WHERE day = '2021-02-28'`)).toEqual([
    { day: '2021-02-28', events: 1 },
  ]);
});

test('rows that only the app wrote are in the figures of a month that is dropped', async () => {
  await fresh.query(`SELECT spark_ensure_partitions('2022-01-01', '2022-01-01')`);
  await fresh.query(
    `INSERT INTO spark_usage (session_id, response_id, provider, model, input_tokens, cached_tokens, output_tokens, occurred_at, seq)
     VALUES (gen_random_uuid(), 'r', 'openai', 'm', 1, 0, 1, '2022-01-20T12:00:00Z', 1)`,
  );
  await fresh.query(`SELECT spark_drop_partitions_before('2022-02-01')`);
  expect(await fresh.query(`SELECT responses::int FROM spark_usage_daily WHERE day = '2022-01-20'`)).toEqual([
    { responses: 1 },
  ]);
});

test('nobody writes into a month between its check and its end', async () => {
  await fresh.query(`SELECT spark_drop_partitions_before('2023-01-01')`);
  await fresh.query(`SELECT spark_ensure_partitions('2023-01-01', '2023-01-01')`);
  const writer = await openRawClient(fresh.ownerConfig);
  try {
    await writer.query({ text: 'BEGIN' });
    await writer.query({
      text: `INSERT INTO spark_events (occurred_at, event_id, session_id, seq, type, recorded_at, payload)
             VALUES ('2023-01-31T12:00:00Z', gen_random_uuid(), gen_random_uuid(), 1, 'telemetry', now(), '{}')`,
    });
    await writer.query({ text: `SELECT spark_mark_days('{2023-01-31}')` });
    const dropping = dropMonthsBefore({
      database: owner,
      day: '2023-02-01',
      patienceMs: 60_000,
      signal: new AbortController().signal,
      onProgress: () => undefined,
    });
    await expect
      .poll(
        () =>
          fresh.query(`SELECT mode FROM pg_locks WHERE NOT granted AND relation = 'spark_events_y2023m01'::regclass`),
        { interval: 20, timeout: 30_000 },
      )
      .toEqual([{ mode: 'ShareLock' }]);
    await writer.query({ text: 'COMMIT' });
    expect(await dropping).toBe(1);
  } finally {
    await writer.end();
  }
  expect(await fresh.query(`SELECT events::int FROM spark_events_daily WHERE day = '2023-01-31'`)).toEqual([
    { events: 1 },
  ]);
});

test('an event of a month that was dropped is told from one whose month is there', async () => {
  const idAt = (time: string): string => uuidv7({ msecs: Date.parse(time) });
  const [dropped, kept] = [idAt('2019-12-31T23:59:59.999Z'), idAt('2020-01-01T00:00:00.000Z')];
  expect(await owner.write((client) => findEventsOfKeptMonths(client, [dropped, kept]))).toEqual(new Set([kept]));
});
