import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { keepAlert, makeDatabase, type Database } from '../../../database/index.ts';
import type { Alert, PushedEvent } from '../../../shared/contracts/index.ts';
import { clearAlert, makeAlert } from '../../../shared/contracts/testing/alerts.ts';
import { DependencyError } from '../../../shared/errors/index.ts';
import {
  listen,
  makeAlertPublisher,
  type ListenOptions,
  type PublishAlert,
} from '../../../shared/node/messaging/index.ts';
import { makeRig, type Rig } from '../../consumer/testing/rig.ts';
import { silentLogger } from '../testing/testJournal.ts';
import { followAlerts } from './followAlerts.ts';

/* What engines publish on the real NATS, the consumer that keeps it, and what the window is told. */
let rig: Rig;
let database: Database;
let publish: PublishAlert;
const stops: (() => void)[] = [];
const ending = new AbortController();

beforeAll(async () => {
  rig = await makeRig();
  database = makeDatabase({ config: rig.database.config, logger: silentLogger });
  publish = makeAlertPublisher(rig.link);
  await rig.startConsumer();
});
beforeEach(() => rig.database.query('DELETE FROM spark_alerts').then(() => undefined));
afterAll(async () => {
  ending.abort();
  for (const stop of stops) stop();
  await database.close();
  await rig.close();
});

const patient = { timeout: 20_000 };
const alert = (over: Partial<Alert> = {}): Alert =>
  makeAlert({ alertId: randomUUID(), group: randomUUID(), raisedAt: new Date().toISOString(), ...over });
const cleared = (raised: Alert): Alert => clearAlert(raised, new Date().toISOString());
const tell = (one: Alert): Promise<void> => publish(`alerts.spark.${one.source}.${one.ruleId}`, one);
const isKept = async ({ alertId, state }: Alert): Promise<boolean> =>
  (await rig.database.query('SELECT FROM spark_alerts WHERE alert_id = $1 AND state = $2', [alertId, state])).length >
  0;

test('the window hears what is told, and reads what was told before', async () => {
  const [before, over] = [alert(), alert()];
  for (const one of [before, over, cleared(over)]) await tell(one);
  await expect.poll(async () => (await isKept(before)) && (await isKept(cleared(over))), patient).toBe(true);

  const pushed: PushedEvent[] = [];
  const open = followAlerts({
    listen: (options) => void stops.push(listen(rig.link, options)),
    database,
    push: (event) => void pushed.push(event),
    logger: silentLogger,
    signal: ending.signal,
  });
  const ids = () => open().map(({ alertId }) => alertId);
  await expect.poll(ids, patient).toEqual([before.alertId]);

  const now = alert({ raisedAt: new Date(Date.now() + 1_000).toISOString() });
  await tell(now);
  await expect.poll(ids, patient).toEqual([now.alertId, before.alertId]);
  // Of another source than its subject: the consumer refuses it, and so does the window.
  await publish('alerts.spark.prometheus.x', alert());
  await tell(cleared(now));
  await tell(cleared(before));
  await expect.poll(ids, patient).toEqual([]);
  expect(pushed.map(({ name, payload }) => [name, 'alert' in payload ? payload.alert.state : null])).toEqual([
    ['alert.changed', 'raised'],
    ['alert.changed', 'raised'],
    ['alert.changed', 'cleared'],
    ['alert.changed', 'cleared'],
  ]);
});

/** A window whose connection is there when the test says so; `read` stands before the database's own. */
function follow(how: { readonly read?: Database['read']; readonly rereadMs?: readonly number[] } = {}) {
  let heard: ListenOptions | undefined;
  const open = followAlerts({
    listen: (options) => void (heard = options),
    database: { read: how.read ?? database.read },
    push: () => undefined,
    logger: silentLogger,
    signal: ending.signal,
    rereadMs: how.rereadMs ?? [],
  });
  return { isConnected: () => heard?.onListening(), ids: () => open().map(({ alertId }) => alertId) };
}
const keep = (one: Alert): Promise<void> => database.write((client) => keepAlert(client, one));
/** More than are read of those that are over, all newer. */
async function keepManyEnded(): Promise<void> {
  const ended = Array.from({ length: 220 }, () => cleared(alert()));
  await database.write(async (client) => {
    for (const one of ended) await keepAlert(client, one);
  });
}
const ago = (): string => new Date(Date.now() - 3_600_000).toISOString();

test('what is open is shown, and what ended meanwhile is not, however many began and ended since', async () => {
  const [open, over] = [alert({ raisedAt: ago() }), alert({ raisedAt: ago() })];
  for (const one of [open, over]) await keep(one);
  await keepManyEnded();
  const window = follow();
  window.isConnected();
  await expect.poll(window.ids, patient).toEqual([open.alertId, over.alertId].toSorted());

  await keep(cleared(over));
  await keepManyEnded();
  window.isConnected();
  await expect.poll(window.ids, patient).toEqual([open.alertId]);
});

test('a database that is away is asked again, though the connection to NATS stays', async () => {
  const before = alert();
  await keep(before);
  let failures = 2;
  const window = follow({
    read: (work, options) =>
      failures-- > 0
        ? Promise.reject(new DependencyError('db_unavailable', 'away', { retryable: true }))
        : database.read(work, options),
  });
  window.isConnected();
  await expect.poll(window.ids, patient).toEqual([before.alertId]);
  expect(failures).toBe(-1);
});

test('what was told just before, and is kept a moment later, is shown', async () => {
  const late = alert();
  let reads = 0;
  const window = follow({
    rereadMs: [1],
    async read(work, options) {
      const found = await database.read(work, options);
      reads += 1;
      if (reads === 1) await keep(late);
      return found;
    },
  });
  window.isConnected();
  await expect.poll(window.ids, patient).toEqual([late.alertId]);
});
