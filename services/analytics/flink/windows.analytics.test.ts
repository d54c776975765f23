import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, expect, inject, test, type TestContext } from 'vitest';
import { compareWindows, findWindowsEnd } from '../../../database/index.ts';
import exporters from '../../monitoring/prometheus/exporters.json' with { type: 'json' };
import { repositoryDir } from '../../sandbox/stack/paths.ts';
import { freePort } from '../engine/port.ts';
import { installFlink, type FlinkInstall } from './engine/install.ts';
import { hourOf } from './job/start.ts';
import { eventAt, storeEvents } from './testing/feed.ts';
import { makeTestWindows, type TestWindows } from './testing/job.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
let install: FlinkInstall;
let windows: TestWindows;
beforeAll(async () => {
  const cacheDir = join(repositoryDir, '.spark', 'cache');
  install = await installFlink({ cacheDir, signal: new AbortController().signal });
}, 900_000);
beforeEach(async () => {
  if ('home' in install) windows = await makeTestWindows(inject('stack'), install.home);
});
afterEach(async () => {
  if ('home' in install) await windows.close();
});

function needFlink(context: TestContext): void {
  if ('home' in install) return;
  Object.assign(context.task.meta, { skipReason: install.missing });
  context.skip(install.missing);
}

/** The hour four hours ago: everything that is recorded from there on is in the past, so nothing here waits for a clock. */
const base = () => hourOf(new Date(Date.now() - 4 * hourMs)).getTime();

/** Events number `from` to before `to`, `stepMs` apart from that moment on; every seventh is recorded 20 s earlier. */
const range = (from: number, to: number, atMs: number, stepMs: number) =>
  Array.from({ length: to - from }, (_, index) =>
    eventAt(from + index, atMs + index * stepMs - (index % 7 === 6 && index > 6 ? 20_000 : 0)),
  );

const closedUntil = (ms: number) =>
  expect
    .poll(async () => (await windows.database.write((client) => findWindowsEnd(client)))?.getTime() ?? 0, {
      timeout: 300_000,
      interval: 250,
    })
    .toBeGreaterThanOrEqual(ms);

/** Until both lengths are closed up to that moment and equal a plain aggregation; then how many events were late for each. */
async function equal(since: number, until: { readonly minute: number; readonly hour: number }) {
  const late = { minute: 0, hour: 0 };
  for (const grain of ['minute', 'hour'] as const) {
    const compare = () => windows.database.write((client) => compareWindows(client, { grain, since: new Date(since) }));
    await expect
      .poll(compare, { timeout: 300_000, interval: 500 })
      .toMatchObject({ until: new Date(until[grain]), differences: [] });
    const { rows, late: found } = await compare();
    expect(rows).toBeGreaterThan(grain === 'minute' ? 300 : 50);
    late[grain] = found;
  }
  return late;
}

test('the windows equal a plain aggregation, whatever was killed and however the events came', async (context) => {
  needFlink(context);
  const { database, start, stop, cutConnections } = windows;
  const t0 = base();
  // Stored before the job, some of it before its first hour; without any order.
  await storeEvents(
    database,
    [...range(0, 20, t0 - 30 * minuteMs, minuteMs), ...range(20, 200, t0, 12_000)].toReversed(),
    1_000,
  );
  const job = await start(new Date(t0));
  expect(job.plan).toMatchObject({ kind: 'anew', since: new Date(t0) });

  // While it runs; every other batch is delivered twice.
  for (let minute = 36; minute < 80; minute += 4) {
    const batch = range(minute * 10, minute * 10 + 40, t0 + minute * minuteMs, 6_000);
    await storeEvents(database, batch);
    if (minute % 8 === 0) await storeEvents(database, batch);
  }
  await closedUntil(t0 + 77 * minuteMs);

  // Too late for minute and hour, and too late for the minute only.
  await storeEvents(database, range(1_000, 1_030, t0 + 10 * minuteMs, 20_000));
  await storeEvents(database, range(1_600, 1_620, t0 + 20 * minuteMs, 20_000));
  await storeEvents(database, range(1_030, 1_050, t0 + 65 * minuteMs, 10_000));
  const soFar = () => database.write((client) => compareWindows(client, { grain: 'minute', since: new Date(t0) }));
  await expect.poll(soFar, { timeout: 60_000, interval: 500 }).toMatchObject({ differences: [] });
  expect((await soFar()).late).toBeGreaterThan(60);
  // In a checkpoint before anything dies: what is read again after it has a test of its own.
  const { checkpoints } = await job.status();
  await expect.poll(async () => (await job.status()).checkpoints, { timeout: 60_000 }).toBeGreaterThan(checkpoints + 1);

  // The task manager dies, and events come while it is away; then every connection to PostgreSQL.
  const killed = job.cluster.taskManager();
  await killed.kill();
  await storeEvents(database, range(1_100, 1_400, t0 + 80 * minuteMs, 6_000));
  await closedUntil(t0 + 108 * minuteMs);
  expect(job.cluster.taskManager().pid()).not.toBe(killed.pid());
  await cutConnections();
  await storeEvents(database, range(1_400, 1_600, t0 + 110 * minuteMs, 6_000));

  // Everything dies at once, and another start goes on.
  await Promise.all([job.cluster.jobManager.kill(), job.cluster.taskManager().kill()]);
  await stop().catch(() => undefined);
  await storeEvents(database, range(1_700, 1_900, t0 + 131 * minuteMs, 6_000));
  await expect.poll(() => slotIsActive(), { timeout: 30_000 }).toBe(false);
  const next = await start();
  expect(next.plan).toMatchObject({ kind: 'restore', since: new Date(t0) });
  await storeEvents(database, range(1_900, 2_000, t0 + 152 * minuteMs, 6_000));
  // The closing event claims to be from the day after tomorrow: it closes what is past by the clock, and not its own window.
  await storeEvents(database, [eventAt(9_000, Date.now() + 48 * hourMs)]);
  const late = await equal(t0, { minute: t0 + 162 * minuteMs, hour: t0 + 3 * hourMs });
  expect(await next.droppedEvents()).toBe(0);
  expect(late.minute).toBeGreaterThan(late.hour);
  expect(late.hour).toBeGreaterThan(40);
}, 900_000);

test('on an empty database the job starts without waiting for an event, and misses none', async (context) => {
  needFlink(context);
  const { database, start } = windows;
  const t0 = base();
  await start(new Date(t0));
  await storeEvents(database, range(0, 100, t0, 12_000));
  await closedUntil(t0 + 18 * minuteMs);
  // Alone late in its minute, again and again: each count takes the place of the one before.
  for (let n = 0; n < 5; n += 1) await storeEvents(database, [eventAt(200 + n * 5, t0 + 2 * minuteMs)]);
  const compare = () => database.write((client) => compareWindows(client, { grain: 'minute', since: new Date(t0) }));
  await expect
    .poll(compare, { timeout: 60_000, interval: 500 })
    .toMatchObject({ until: new Date(t0 + 18 * minuteMs), differences: [] });
  expect((await compare()).late).toBeGreaterThan(4);
}, 900_000);

test('a lost slot is refused with the hour to count anew from, and then nothing is missing or twice', async (context) => {
  needFlink(context);
  const { database, start, stop, dropSlot } = windows;
  const t0 = base();
  await storeEvents(database, range(0, 600, t0, 12_000), 1_000);
  const metricsPort = await freePort();
  await start(new Date(t0), { metricsPort });
  await closedUntil(t0 + 117 * minuteMs);
  // What alert rules read.
  const told = async () => `${await metricsAt(metricsPort)}${await metricsAt(metricsPort + 1)}`;
  const untold = async () => {
    const text = await told();
    return exporters['flink 1.20'].metrics.filter((name) => !new RegExp(`^${name}[{ ]`, 'm').test(text));
  };
  await expect.poll(untold, { timeout: 60_000 }).toEqual([]);
  expect(await told()).toMatch(/^flink_jobmanager_job_numberOfCompletedCheckpoints\{.*job_name="spark_windows"/m);
  // Late, so that counting anew finds rows that it must not add to.
  await storeEvents(database, range(600, 620, t0 + 5 * minuteMs, 10_000));
  await stop();
  await storeEvents(database, range(700, 900, t0 + 120 * minuteMs, 12_000));
  await dropSlot();
  const hour = new Date(t0 + hourMs).toISOString();
  await expect(start()).rejects.toMatchObject({
    code: 'flink_failed',
    message: expect.stringMatching(
      new RegExp(`slot is gone\\. What was counted is kept\\. Count anew with --since ${hour}`),
    ),
  });
  await start(new Date(t0));
  await storeEvents(database, [eventAt(2_100, t0 + 3 * hourMs + 2 * minuteMs)]);
  // Read in the order of their time: what was late is not any more.
  expect(await equal(t0, { minute: t0 + 160 * minuteMs, hour: t0 + 3 * hourMs })).toEqual({ minute: 0, hour: 0 });
}, 900_000);

test('what is read again after a restart is late, or on time, as it was before: nothing counts twice or is lost', async (context) => {
  needFlink(context);
  const { database, start, stop } = windows;
  const t0 = base();
  const at = (minute: number) => t0 + minute * minuteMs;
  await storeEvents(database, range(0, 600, t0, 6_000), 1_000);
  // The checkpoint is the one of the start: all that follows is read twice.
  const aDay = { checkpointSeconds: 86_400, parallelism: 4 };
  const job = await start(new Date(t0), aDay);
  await closedUntil(at(58));
  // Each alone in its minute and with a name of its own: on time, late for both, late for the minute only.
  await storeEvents(database, [eventAt(3_001, at(62))]);
  await storeEvents(database, [eventAt(3_002, at(7)), eventAt(3_006, at(9)), eventAt(3_010, at(61))]);
  await storeEvents(database, range(3_020, 3_120, at(65), 6_000));
  await closedUntil(at(73));
  const soFar = () => database.write((client) => compareWindows(client, { grain: 'minute', since: new Date(t0) }));
  await expect.poll(soFar, { timeout: 60_000, interval: 500 }).toMatchObject({ differences: [] });
  const { late } = await soFar();
  await Promise.all([job.cluster.jobManager.kill(), job.cluster.taskManager().kill()]);
  await stop().catch(() => undefined);
  await expect.poll(() => slotIsActive(), { timeout: 30_000 }).toBe(false);

  // Old ones are among the very first after a restart too.
  const next = await start(undefined, aDay);
  await storeEvents(database, [eventAt(3_201, at(8)), eventAt(3_202, at(63))]);
  await storeEvents(database, [eventAt(3_203, at(125))]);
  await storeEvents(database, [eventAt(3_204, at(127) + 1_000)]);
  const found = await equal(t0, { minute: at(126), hour: at(120) });
  expect(found.minute).toBe(late + 2);
  expect(await next.droppedEvents()).toBe(0);
}, 900_000);

const metricsAt = async (port: number): Promise<string> => (await fetch(`http://127.0.0.1:${port}/metrics`)).text();

async function slotIsActive(): Promise<boolean> {
  const [row] = await windows.fresh.query('SELECT active FROM pg_replication_slots WHERE slot_name = $1', [
    windows.slot,
  ]);
  return row?.['active'] === true;
}
