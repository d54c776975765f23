import { v7 as uuidv7 } from 'uuid';
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { makeLogger } from '../shared/node/logging/index.ts';
import { makeDatabase, type Database } from './database.ts';
import { findEventsOfKeptMonths } from './queries/stored.ts';
import { dropMonthsBefore } from './retention.ts';
import { makeFreshDatabase, type FreshDatabase } from './testing/freshDatabase.ts';
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

test('an event of a month that was dropped is told from one whose month is there', async () => {
  const idAt = (time: string): string => uuidv7({ msecs: Date.parse(time) });
  const [dropped, kept] = [idAt('2019-12-31T23:59:59.999Z'), idAt('2020-01-01T00:00:00.000Z')];
  expect(await owner.write((client) => findEventsOfKeptMonths(client, [dropped, kept]))).toEqual(new Set([kept]));
});
