import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ensureStreams, makeJetStreamPublisher, readDurable } from '../../shared/node/messaging/index.ts';
import { toolEnvironment } from '../sandbox/stack/environment.ts';
import { telemetry } from './testing/events.ts';
import { makeRig, type Rig } from './testing/rig.ts';

let rig: Rig;
let folder: string;
beforeAll(async () => {
  rig = await makeRig();
  await ensureStreams(rig.link);
  folder = await mkdtemp(join(tmpdir(), 'spark-service-'));
});
afterAll(async () => {
  await rig.close();
  await rm(folder, { recursive: true, force: true });
});

const patience = { timeout: 30_000 };
const get = async (url: string): Promise<{ status: number; text: string }> => {
  const response = await fetch(url);
  return { status: response.status, text: await response.text() };
};
const countRows = async (sessionId: string): Promise<number> => {
  const [row] = await rig.database.query('SELECT count(*)::int AS n FROM spark_events WHERE session_id = $1', [
    sessionId,
  ]);
  return Number(row?.['n']);
};

/** A free port; once `open` was called, whatever connects to it reaches PostgreSQL. */
async function makeDoor() {
  const { SLATE_DB_PORT: target } = rig.database.config;
  const server = createServer((socket) => {
    const onward = connect(target, '127.0.0.1');
    socket.on('error', () => onward.destroy()).pipe(onward);
    onward.on('error', () => socket.destroy()).pipe(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return {
    port,
    open: async () => {
      server.listen(port, '127.0.0.1');
      await once(server, 'listening');
    },
    close: () => server.close(),
  };
}

test('it starts before its servers, says what it waits for, and is ready when they are there', async () => {
  const door = await makeDoor();
  await rig.nats.stop();
  const consumer = await rig.startConsumer({ SLATE_DB_PORT: String(door.port) }, { waits: true });
  const log = () => readFile(consumer.logFile, 'utf8');
  await expect.poll(log, patience).toContain('NATS cannot be reached');
  const url = /"url":"(http:[^"]+)"/.exec(await log())?.[1] ?? '';
  expect(await get(`${url}/healthz`)).toMatchObject({ status: 200 });
  const waiting = await get(`${url}/readyz`);
  expect(waiting.status).toBe(503);
  expect(JSON.parse(waiting.text)).toMatchObject({ checks: { pulling: 'no messages are being pulled' } });
  await rig.nats.start();
  await expect.poll(log, patience).toContain('waiting for PostgreSQL');
  await door.open();
  await expect.poll(async () => (await get(`${url}/readyz`)).status, patience).toBe(200);
  await consumer.stop();
  door.close();
});

test('what it did is in its metrics', async () => {
  const { publish } = makeJetStreamPublisher(rig.link);
  const consumer = await rig.startConsumer();
  const sessionId = randomUUID();
  for (const seq of [1, 2, 3]) await publish(telemetry(sessionId, seq));
  await publish({ subject: `spark.telemetry.${sessionId}`, id: randomUUID(), bytes: Buffer.from('{"half') });
  const metrics = async () => (await get(`${String(consumer.ready['metrics'])}/metrics`)).text;
  await expect.poll(metrics, patience).toContain('spark_consumer_dead_letters_total{reason="invalid_json"} 1');
  await expect.poll(metrics, patience).toContain('spark_consumer_events_total{outcome="written",type="telemetry"} 3');
  const text = await metrics();
  expect(text).toContain('spark_consumer_stream_messages{stream="SPARK_DLQ"} 1');
  expect(text).toMatch(/spark_consumer_stream_limit_bytes\{stream="SPARK"\} \d{9,}/);
  expect(text).toContain('spark_consumer_lag_messages{state="pending"} 0');
  expect(text).toMatch(/spark_consumer_pool_connections\{server="primary",state="total"\} [1-9]/);
  // A server that is away has no figures: an old one would look like a new one.
  await rig.nats.stop();
  await expect.poll(metrics, patience).not.toContain('spark_consumer_lag_messages{');
  await rig.nats.start();
  await consumer.stop();
});

test('systemd is told of its start, its life and its end, in this order', async () => {
  const told = join(folder, 'told');
  await writeFile(join(folder, 'systemd-notify'), '#!/bin/sh\necho "$*" >> "$NOTIFY_SOCKET"\n');
  await chmod(join(folder, 'systemd-notify'), 0o755);
  const consumer = await rig.startConsumer({
    PATH: `${folder}${delimiter}${toolEnvironment()['PATH']}`,
    NOTIFY_SOCKET: told,
    WATCHDOG_USEC: '400000',
  });
  const lines = async () => (await readFile(told, 'utf8')).trim().split('\n');
  await expect.poll(lines, patience).toContain('STATUS=writing events to PostgreSQL WATCHDOG=1');
  await consumer.stop();
  const all = await lines();
  expect(all[0]).toMatch(/^STATUS=waiting for .*EXTEND_TIMEOUT_USEC=\d+ WATCHDOG=1$/);
  expect(all.findIndex((line) => line.startsWith('READY=1'))).toBeGreaterThan(0);
  expect(all.at(-1)).toBe('STOPPING=1 STATUS=finishing what was begun');
});

test('without the program of systemd it says so once and works', async () => {
  const consumer = await rig.startConsumer({
    PATH: folder + 'none',
    NOTIFY_SOCKET: '/nowhere',
    WATCHDOG_USEC: '100000',
  });
  const said = async () => (await readFile(consumer.logFile, 'utf8')).split('systemd is told nothing').length - 1;
  await expect.poll(said, patience).toBe(1);
  await consumer.stop();
  expect(await said()).toBe(1);
});

test('SIGTERM commits what was begun and gives the rest back at once', async () => {
  const { publish } = makeJetStreamPublisher(rig.link, { timeoutMs: 30_000 });
  const sessionId = randomUUID();
  const events = 3_000;
  await Promise.all(Array.from({ length: events }, (_, seq) => publish(telemetry(sessionId, seq))));
  // What is not given back stays with the one that ended, for longer than this test waits.
  const slow = { SPARK_CONSUMER_BATCH: '20', SPARK_CONSUMER_ACK_WAIT_S: '600' };
  const first = await rig.startConsumer(slow);
  await expect.poll(() => countRows(sessionId), { ...patience, interval: 5 }).toBeGreaterThan(0);
  await first.stop();
  expect(await first.exited()).toBe('exit code 143');
  expect(await countRows(sessionId)).toBeLessThan(events);
  const second = await rig.startConsumer({ ...slow, SPARK_CONSUMER_BATCH: '1000' });
  await expect.poll(() => readDurable(rig.link), patience).toMatchObject({ pending: 0, unacknowledged: 0 });
  expect(await countRows(sessionId)).toBe(events);
  await second.stop();
});
