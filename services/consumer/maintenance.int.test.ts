import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Registry } from 'prom-client';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { ensureMonths, insertEvents, listDaysDue, makeDatabase, type Database } from '../../database/index.ts';
import { makeLogger } from '../../shared/node/logging/index.ts';
import { ensureStreams, makeJetStreamPublisher } from '../../shared/node/messaging/index.ts';
import { maintain } from './maintenance.ts';
import { makeMaintenanceMetrics } from './maintenanceMetrics.ts';
import { startMaintenance } from './maintenanceTimer.ts';
import { telemetry } from './testing/events.ts';
import { makeRig, type Rig } from './testing/rig.ts';

let rig: Rig;
const opened: Database[] = [];
beforeAll(async () => {
  rig = await makeRig();
});
afterEach(async () => {
  for (const database of opened.splice(0)) await database.close();
});
afterAll(() => rig.close());

const logger = makeLogger({ name: 'test', level: 'silent' });
const patience = { timeout: 30_000 };

function open(config = rig.database.config, statementTimeoutMs = 15_000): Database {
  const database = makeDatabase({ config, logger, maxConnections: 2, statementTimeoutMs });
  opened.push(database);
  return database;
}

/** One instance of the consumer, as far as maintenance goes. */
function makeInstance(database = open()) {
  const registry = new Registry();
  const metrics = makeMaintenanceMetrics(registry);
  const stopping = new AbortController();
  return {
    database,
    run: () => maintain({ database, logger, metrics, signal: stopping.signal }),
    stop: () => {
      stopping.abort();
    },
    metrics: () => registry.metrics(),
  };
}

async function storeEvent(database: Database, occurredAt: string): Promise<void> {
  const ms = Date.parse(occurredAt);
  const row = { eventId: randomUUID(), occurredMs: ms, recordedMs: ms, sessionId: randomUUID(), seq: 1 };
  await database.write(async (client) => {
    await ensureMonths(client, [occurredAt.slice(0, 10)]);
    await insertEvents(client, [{ ...row, type: 'telemetry', callId: null, userId: null, payload: Buffer.from('{}') }]);
  });
}
const rolledEvents = async (day: string): Promise<number | null> => {
  const [row] = await rig.database.query('SELECT sum(events)::int AS n FROM spark_events_daily WHERE day = $1', [day]);
  return row?.['n'] === null ? null : Number(row?.['n']);
};

/** Nobody can roll the day until `release`; resolves when that is so. */
async function holdDay(day: string) {
  const owner = open(rig.database.ownerConfig);
  const [held, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const done = owner.write(async (client) => {
    await client.run({
      text: 'SELECT pg_advisory_xact_lock(hashtextextended($1, 0))',
      values: [`spark_rollup_day ${day}`],
    });
    held.resolve();
    await released.promise;
  });
  await held.promise;
  return async () => {
    released.resolve();
    await done;
  };
}
/** Sessions that wait for an advisory lock of the test's database. */
const waitingSessions = async (): Promise<number> => {
  const [row] = await rig.database.query(
    `SELECT count(*)::int AS n FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
     AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
  );
  return Number(row?.['n']);
};
const maintenanceLocks = async (): Promise<number> => {
  const [row] = await rig.database.query(
    `SELECT count(*)::int AS n FROM pg_locks, (SELECT hashtextextended('spark_maintenance', 0) AS key) AS wanted
     WHERE locktype = 'advisory' AND (classid::bigint << 32 | objid::bigint) = key
     AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
  );
  return Number(row?.['n']);
};

/** As if every roll so far had been an hour earlier. */
const anHourPasses = () => rig.database.query(`UPDATE spark_rolled_days SET rolled_at = rolled_at - interval '1 hour'`);

test('the months ahead are made, and a day with late rows is rolled again, by one of the instances once an hour', async () => {
  const [instance, other] = [makeInstance(), makeInstance()];
  await storeEvent(instance.database, '2025-01-10T10:00:00.000Z');
  expect(await instance.run()).toBe('done');
  expect(await rolledEvents('2025-01-10')).toBe(1);
  const [ahead] = await rig.database.query(
    `SELECT to_regclass(to_char(now() AT TIME ZONE 'UTC' + interval '3 months', '"spark_events_y"YYYY"m"MM')) AS name`,
  );
  expect(ahead?.['name']).not.toBeNull();
  await storeEvent(instance.database, '2025-01-10T09:00:00.000Z');
  expect(await other.run()).toBe('done');
  expect(await rolledEvents('2025-01-10')).toBe(1);
  await anHourPasses();
  expect(await instance.run()).toBe('done');
  expect(await rolledEvents('2025-01-10')).toBe(2);
  expect(await instance.metrics()).toMatch(/last_success_timestamp_seconds [1-9]/);
  expect(await maintenanceLocks()).toBe(0);
});

test('of two instances at once one does it', async () => {
  const [first, second] = [makeInstance(), makeInstance()];
  await storeEvent(first.database, '2025-02-10T10:00:00.000Z');
  const release = await holdDay('2025-02-10');
  const running = first.run();
  await expect.poll(waitingSessions, patience).toBe(1);
  expect(await maintenanceLocks()).toBe(1);
  expect(await second.run()).toBe('elsewhere');
  expect(await second.metrics()).toContain('last_success_timestamp_seconds 0');
  await release();
  expect(await running).toBe('done');
  expect(await second.run()).toBe('done');
});

test('a day that cannot be rolled is counted, and the days after it are rolled', async () => {
  const instance = makeInstance();
  await rig.database.query(`
    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'refused'; END $$;
    CREATE TRIGGER refuse BEFORE INSERT ON spark_events_daily FOR EACH ROW WHEN (NEW.day = '2025-03-10') EXECUTE FUNCTION refuse();
  `);
  for (const day of ['2025-03-10', '2025-03-11']) await storeEvent(instance.database, `${day}T10:00:00.000Z`);
  expect(await instance.run()).toBe('failed');
  expect(await instance.metrics()).toContain('spark_consumer_maintenance_failures_total{step="rollup"} 1');
  expect(await instance.metrics()).toContain('last_success_timestamp_seconds 0');
  expect(await rolledEvents('2025-03-10')).toBeNull();
  expect(await rolledEvents('2025-03-11')).toBe(1);
  await rig.database.query('DROP TRIGGER refuse ON spark_events_daily');
  expect(await instance.run()).toBe('done');
  expect(await rolledEvents('2025-03-10')).toBe(1);
});

test('stopped, it cancels what runs on the server and keeps no lock', async () => {
  const instance = makeInstance(open(rig.database.config, 3_600_000));
  await storeEvent(instance.database, '2025-04-10T10:00:00.000Z');
  await rig.database.query(`
    CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(600); RETURN NEW; END $$;
    CREATE TRIGGER dawdle BEFORE INSERT ON spark_events_daily FOR EACH ROW EXECUTE FUNCTION dawdle();
  `);
  const running = instance.run();
  const sleeping = () =>
    rig.database.query(`SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'`);
  await expect.poll(async () => (await sleeping()).length, patience).toBe(1);
  instance.stop();
  expect(await running).toBe('stopped');
  expect(await sleeping()).toEqual([]);
  expect(await maintenanceLocks()).toBe(0);
  expect(await instance.metrics()).toContain('spark_consumer_maintenance_failures_total{step="rollup"} 0');
  await rig.database.query('DROP TRIGGER dawdle ON spark_events_daily');
});

test('a server that is away is one failure and no rejection', async () => {
  const instance = makeInstance(open({ ...rig.database.config, SLATE_DB_PORT: 1 }));
  expect(await instance.run()).toBe('failed');
  expect(await instance.metrics()).toContain('spark_consumer_maintenance_failures_total{step="session"} 1');
});

test('a consumer whose maintenance fails says so, counts it and goes on writing events', async () => {
  await ensureStreams(rig.link);
  const mayRoll = 'EXECUTE ON FUNCTION spark_days_due(date)';
  await rig.database.query(`REVOKE ${mayRoll} FROM ${rig.database.config.SLATE_DB_USER}`);
  const consumer = await rig.startConsumer();
  const metrics = async () => (await fetch(`${String(consumer.ready['metrics'])}/metrics`)).text();
  await expect.poll(metrics, patience).toContain('spark_consumer_maintenance_failures_total{step="rollup"} 1');
  expect(await readFile(consumer.logFile, 'utf8')).toContain('by hand: spark-db rollup --due');
  const sessionId = randomUUID();
  await makeJetStreamPublisher(rig.link).publish(telemetry(sessionId, 1));
  const stored = () => rig.database.query('SELECT FROM spark_events WHERE session_id = $1', [sessionId]);
  await expect.poll(async () => (await stored()).length, patience).toBe(1);
  await rig.database.query(`GRANT ${mayRoll} TO ${rig.database.config.SLATE_DB_USER}`);
  await consumer.stop();
});

test('the timer maintains by itself, again soon after a failure, and not after it is stopped', async () => {
  const database = open();
  await storeEvent(database, '2025-05-10T10:00:00.000Z');
  const mayRoll = 'EXECUTE ON FUNCTION spark_days_due(date)';
  await rig.database.query(`REVOKE ${mayRoll} FROM ${rig.database.config.SLATE_DB_USER}`);
  const registry = new Registry();
  const timer = startMaintenance({
    database,
    logger,
    metrics: makeMaintenanceMetrics(registry),
    signal: new AbortController().signal,
    firstMs: 1,
    retryMs: 1,
  });
  await expect.poll(() => registry.metrics(), patience).toMatch(/failures_total\{step="rollup"\} [2-9]/);
  await rig.database.query(`GRANT ${mayRoll} TO ${rig.database.config.SLATE_DB_USER}`);
  await expect.poll(() => rolledEvents('2025-05-10'), patience).toBe(1);
  await expect.poll(() => registry.metrics(), patience).toMatch(/last_success_timestamp_seconds [1-9]/);
  await timer.stop();
  const stopped = await registry.metrics();
  await storeEvent(database, '2025-05-10T11:00:00.000Z');
  expect(await registry.metrics()).toBe(stopped);
  expect((await database.write((client) => listDaysDue(client))).map(({ day }) => day)).toEqual(['2025-05-10']);
});
