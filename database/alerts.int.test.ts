import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import type { Alert } from '../shared/contracts/index.ts';
import { makeLogger } from '../shared/node/logging/index.ts';
import { makeDatabase, type Database } from './database.ts';
import { findAlerts, keepAlert, readAlerts, type StoredAlert } from './queries/alerts.ts';
import { makeFreshDatabase, type FreshDatabase } from './testing/freshDatabase.ts';
import { clusterOf } from './testing/stackCluster.ts';

let fresh: FreshDatabase;
let consumer: Database;
let reader: Database;
const logger = makeLogger({ name: 'test', level: 'silent' });
const open = (config: FreshDatabase['config']) =>
  makeDatabase({ config: { ...config, SLATE_DB_REPLICA_HOST: undefined }, logger, maxConnections: 2 });

beforeAll(async () => {
  const stack = inject('stack');
  fresh = await makeFreshDatabase(clusterOf(stack, stack.consumer));
  consumer = open(fresh.config);
  reader = open({ ...fresh.config, SLATE_DB_USER: stack.readonly.user, SLATE_DB_PASSWORD: stack.readonly.password });
});
beforeEach(() => fresh.query('DELETE FROM spark_alerts').then(() => undefined));
afterAll(async () => {
  await consumer.close();
  await reader.close();
  await fresh.drop();
});

const at = (minute: number): string => new Date(Date.UTC(2026, 10, 23, 10, minute)).toISOString();
function alert(given: Partial<Alert> & { readonly raisedAt: string }): Alert {
  return {
    alertId: randomUUID(),
    source: 'storm',
    ruleId: 'function-errors',
    kind: 'error_rate',
    severity: 'warning',
    group: 'generateUnityScript',
    state: given.clearedAt == null ? 'raised' : 'cleared',
    summary: 'A function fails.',
    value: 0.5,
    threshold: 0.2,
    baseline: null,
    clearedAt: null,
    ...given,
  };
}
const cleared = (raised: Alert, minute: number): Alert => ({ ...raised, state: 'cleared', clearedAt: at(minute) });
const keep = (one: Alert) => consumer.write((client) => keepAlert(client, one));
const stored = async (state: Alert['state'] | null = null) =>
  (await reader.read((client) => readAlerts(client, { state, limit: 100, after: null }))).value.map((row) => row.alert);

test('an alert is one row from raised to cleared, however often and in whatever order it is told', async () => {
  const raised = alert({ raisedAt: at(0) });
  await keep(raised);
  await keep(raised);
  expect(await stored('raised')).toEqual([raised]);
  await keep(cleared(raised, 5));
  await keep(raised);
  expect(await stored()).toEqual([cleared(raised, 5)]);
  expect(await stored('raised')).toEqual([]);
});

test('alerts are found by their ids as they are now; what nobody keeps is left out', async () => {
  const [open, over, other] = [
    alert({ raisedAt: at(0) }),
    alert({ raisedAt: at(1), group: 'b' }),
    alert({ raisedAt: at(2), group: 'c' }),
  ];
  for (const one of [open, over, other, cleared(over, 5)]) await keep(one);
  const ids = [open.alertId, over.alertId, randomUUID()];
  const { value } = await reader.read((client) => findAlerts(client, ids));
  expect(new Set(value.map((row) => row.alert))).toEqual(new Set([open, cleared(over, 5)]));
});

test('of a rule and group one alert is open: the next one ends the one whose end was not heard', async () => {
  const first = alert({ raisedAt: at(0) });
  const second = alert({ raisedAt: at(10) });
  const other = alert({ raisedAt: at(1), group: 'applyUnityPatch' });
  for (const one of [second, other, first]) await keep(one);
  expect(await stored()).toEqual([second, other, cleared(first, 10)]);
  await keep(cleared(first, 3));
  expect(await stored('raised')).toEqual([second, other]);
});

test('ten that tell the same at once keep one row', async () => {
  const alerts = Array.from({ length: 10 }, (_, index) => alert({ raisedAt: at(index) }));
  const writers = Array.from({ length: 5 }, () => open(fresh.config));
  const shares = writers.map((writer, index) => ({ writer, share: alerts.filter((_, at) => at % 5 === index) }));
  await Promise.all(
    shares.flatMap(({ writer, share }) => share.map((one) => writer.write((client) => keepAlert(client, one)))),
  );
  for (const writer of writers) await writer.close();
  const rows = await stored();
  expect(rows).toHaveLength(10);
  expect(rows.filter(({ state }) => state === 'raised').map(({ alertId }) => alertId)).toEqual([alerts[9]?.alertId]);
});

test('an end before the beginning is kept as over at once, and an open one stays open', async () => {
  const raised = alert({ raisedAt: at(10) });
  await keep(cleared(raised, 5));
  const open = alert({ raisedAt: at(20), group: 'other' });
  await keep(open);
  expect(await stored()).toEqual([open, cleared(raised, 10)]);
});

test('only what was over before the day is dropped, however long another one is open', async () => {
  const open = alert({ raisedAt: '2026-01-01T00:00:00.000Z', group: 'open' });
  const old = alert({ raisedAt: '2026-01-02T00:00:00.000Z', clearedAt: '2026-11-22T23:59:59.999Z' });
  const recent = alert({ raisedAt: '2026-01-03T00:00:00.000Z', clearedAt: '2026-11-23T00:00:00.000Z' });
  for (const one of [open, old, recent]) await keep(one);
  await consumer.write((client) => client.run({ text: `SELECT spark_drop_alerts_before('2026-11-23')` }));
  expect((await stored()).map(({ alertId }) => alertId)).toEqual([recent.alertId, open.alertId]);
});

test('pages are newest first and lose none of one moment', async () => {
  for (let index = 0; index < 7; index += 1)
    await keep(alert({ raisedAt: at(Math.floor(index / 3)), group: `g${index}` }));
  const seen: string[] = [];
  async function readOn(after: StoredAlert['place'] | null): Promise<void> {
    const { value } = await reader.read((client) => readAlerts(client, { state: null, limit: 2, after }));
    seen.push(...value.map((row) => row.alert.alertId));
    if (value.length === 2) await readOn(value[1]?.place ?? null);
  }
  await readOn(null);
  expect(new Set(seen).size).toBe(7);
  expect(seen).toEqual((await stored()).map(({ alertId }) => alertId));
});

test('only the function writes: no role may insert or change alerts itself', async () => {
  for (const database of [consumer, reader]) {
    await expect(
      database.write((client) => client.run({ text: `UPDATE spark_alerts SET summary = ''` })),
    ).rejects.toMatchObject({ code: 'db_schema' });
  }
  await expect(reader.write((client) => keepAlert(client, alert({ raisedAt: at(0) })))).rejects.toMatchObject({
    code: 'db_schema',
  });
});
