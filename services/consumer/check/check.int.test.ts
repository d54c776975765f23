import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { ensureStreams, makeJetStreamPublisher, readStream } from '../../../shared/node/messaging/index.ts';
import { startOwnNats } from '../../../shared/node/messaging/testing/ownNats.ts';
import { programEnvironment } from '../../sandbox/stack/environment.ts';
import { repositoryDir } from '../../sandbox/stack/paths.ts';
import { telemetry } from '../testing/events.ts';
import { makeRig, type Rig } from '../testing/rig.ts';

let rig: Rig;
let folder: string;
beforeAll(async () => {
  rig = await makeRig();
  folder = await mkdtemp(join(tmpdir(), 'spark-check-'));
});
afterAll(async () => {
  await rig.close();
  await rm(folder, { recursive: true, force: true });
});

/** The command as a person starts it, against the real servers; `over` changes its environment. */
async function start(command: readonly string[], over: Readonly<Record<string, string>> = {}) {
  const { config } = rig.database;
  const env = programEnvironment({
    NATS_URL: rig.natsUrl,
    SLATE_DB_HOST: String(config.SLATE_DB_HOST),
    SLATE_DB_PORT: String(config.SLATE_DB_PORT),
    SLATE_DB_NAME: config.SLATE_DB_NAME,
    SLATE_DB_USER: config.SLATE_DB_USER,
    SLATE_DB_PASSWORD: config.SLATE_DB_PASSWORD ?? '',
    SLATE_DB_REPLICA_HOST: String(config.SLATE_DB_REPLICA_HOST),
    SPARK_DB_REPLICA_PORT: String(config.SPARK_DB_REPLICA_PORT),
    ...over,
  });
  const entry = join(repositoryDir, 'services/consumer/main.ts');
  try {
    const done = await promisify(execFile)(process.execPath, [entry, ...command], { env, cwd: folder });
    return { code: 0, out: done.stdout, err: done.stderr };
  } catch (error) {
    const failed = error as { code: number; stdout: string; stderr: string };
    return { code: failed.code, out: failed.stdout, err: failed.stderr };
  }
}

const line = z.object({ name: z.string(), state: z.string(), found: z.string(), advice: z.string().optional() });
const report = z.object({
  ok: z.boolean(),
  failed: z.number(),
  warnings: z.number(),
  configuration: z.array(line.extend({ source: z.string() })),
  checks: z.array(line),
});
async function check(over: Readonly<Record<string, string>> = {}) {
  const { code, out, err } = await start(['check', '--json'], over);
  expect(err).toBe('');
  const told = report.parse(JSON.parse(out));
  expect(told.ok).toBe(code === 0);
  const lines = new Map([...told.configuration, ...told.checks].map((each) => [each.name, each]));
  /** Names of the lines in a state. */
  const named = (state: string): string[] => told.checks.filter((each) => each.state === state).map(({ name }) => name);
  return { ...told, code, out, named, lineOf: (name: string) => lines.get(name) };
}

const natsLines = [
  'NATS',
  'stream SPARK',
  'stream SPARK_DLQ',
  'stream SPARK_ALERTS',
  'stream OBJ_SPARK_FRAMES',
  'consumer spark-nats-consumer',
  'consumer spark-alert-keeper',
  'rights in NATS',
  'dead letters',
  'clock of NATS',
];
const primaryLines = ['PostgreSQL primary', 'schema', 'grants', 'partitions', 'clock of PostgreSQL'];
const allLines = [...natsLines, ...primaryLines, 'PostgreSQL replica'];

test('before the first setup it says what is not there yet, and that nothing failed', async () => {
  const { code, named, lineOf } = await check();
  expect(code).toBe(0);
  expect(named('failed')).toEqual([]);
  expect(named('warning')).toEqual([
    'stream SPARK',
    'stream SPARK_DLQ',
    'stream SPARK_ALERTS',
    'stream OBJ_SPARK_FRAMES',
    'consumer spark-nats-consumer',
    'consumer spark-alert-keeper',
    'clock of NATS',
  ]);
  expect(lineOf('stream SPARK')).toMatchObject({ found: 'is not there', advice: expect.stringContaining('setup') });
});

test('after the setup all is well, in a table without a log line among it', async () => {
  expect((await start(['setup', '--yes'])).code).toBe(0);
  const { code, out, err } = await start(['check']);
  expect(err).toBe('');
  expect(code).toBe(0);
  const lines = out.trimEnd().split('\n');
  expect(lines.at(-1)).toBe('All is well.');
  for (const name of allLines) expect(lines.filter((each) => each.startsWith(`ok       ${name} `))).toHaveLength(1);
  expect(out).toMatch(/NATS +127\.0\.0\.1:\d+, nats-server \d+\.\d+\.\d+, single server, round trip \d/);
  expect(out).toMatch(/PostgreSQL replica +PostgreSQL [\d.]+, \d+ ms behind, \d+ bytes, streaming/);
  expect(lines.filter((each) => !/^(ok {7}|spark-nats-consumer |All is well|$)/.test(each))).toEqual([]);
});

test('it tells every variable with its source, and never a secret', async () => {
  await writeFile(join(folder, '.env'), 'SPARK_CONSUMER_BATCH=1000\nSPARK_LOG_LEVEL=debug\n');
  const { lineOf, out } = await check({ SPARK_LOG_LEVEL: 'warn' });
  await rm(join(folder, '.env'));
  expect(lineOf('SPARK_CONSUMER_BATCH')).toMatchObject({ found: '1000', source: '.env' });
  expect(lineOf('SPARK_LOG_LEVEL')).toMatchObject({ found: 'warn', source: 'environment' });
  expect(lineOf('SPARK_METRICS_PORT')).toMatchObject({ found: '9464', source: 'default' });
  expect(lineOf('SPARK_NATS_CREDS')).toMatchObject({ found: '-', source: 'unset' });
  expect(lineOf('SLATE_DB_PASSWORD')).toMatchObject({ found: 'set' });
  expect(lineOf('NATS_URL')).toMatchObject({ found: 'set' });
  expect(out).not.toContain(rig.database.config.SLATE_DB_PASSWORD);
  expect(out).not.toContain('programs-password');
});

test('a wrong configuration is told whole and nothing else is tried', async () => {
  const { code, lineOf, failed, named } = await check({ SLATE_DB_PORT: 'five', NATS_URL: '' });
  expect(code).toBe(1);
  expect(lineOf('SLATE_DB_PORT')).toMatchObject({ state: 'failed', found: expect.stringContaining('whole number') });
  expect(lineOf('NATS_URL')).toMatchObject({ state: 'failed', found: expect.stringContaining('is not set') });
  expect(named('failed')).toEqual(['NATS', 'PostgreSQL']);
  expect(failed).toBe(4);
});

test('a stream that is half full, a limit that differs and dead letters are warnings', async () => {
  const { publish } = makeJetStreamPublisher(rig.link);
  const sessionId = randomUUID();
  for (const seq of [1, 2, 3]) await publish(telemetry(sessionId, seq));
  await publish({ subject: `dlq.spark.telemetry.${sessionId}`, id: randomUUID(), bytes: Buffer.from('x') });
  await ensureStreams(rig.link, { maxBytes: 2 * (await readStream(rig.link, 'SPARK')).bytes });
  const { code, named, lineOf } = await check({ SPARK_CONSUMER_ACK_WAIT_S: '77' });
  expect(code).toBe(0);
  expect(named('warning')).toEqual([
    'stream SPARK',
    'consumer spark-nats-consumer',
    'consumer spark-alert-keeper',
    'dead letters',
  ]);
  expect(lineOf('stream SPARK')).toMatchObject({ found: expect.stringMatching(/^3 messages, .*\(50 %\)$/) });
  expect(lineOf('consumer spark-nats-consumer')).toMatchObject({ found: expect.stringContaining('ack_wait') });
  expect(lineOf('dead letters')).toMatchObject({ found: '1 not dealt with' });
  await ensureStreams(rig.link, { maxBytes: 2 ** 30 });
  expect((await check()).named('warning')).toEqual(['dead letters']);
});

test('what is missing in the database fails with what to do', async () => {
  const { query, config } = rig.database;
  const [latest] = await query(
    'DELETE FROM spark_schema_migrations WHERE id = (SELECT max(id) FROM spark_schema_migrations) RETURNING name',
  );
  await query(`REVOKE EXECUTE ON FUNCTION spark_rollup_day(date) FROM ${config.SLATE_DB_USER}`);
  const [next] = await query(
    `SELECT to_char(now() AT TIME ZONE 'UTC' + interval '1 month', '"spark_events_y"YYYY"m"MM') AS partition`,
  );
  await query(`DROP TABLE ${String(next?.['partition'])}`);
  const { code, named, lineOf } = await check();
  expect(code).toBe(1);
  expect(named('failed')).toEqual(['schema', 'grants']);
  expect(lineOf('schema')).toMatchObject({
    found: expect.stringContaining(`${String(latest?.['name'])} missing`),
    advice: expect.stringContaining('spark-db migrate'),
  });
  expect(lineOf('grants')).toMatchObject({ found: 'missing: EXECUTE on spark_rollup_day(date)' });
  expect(lineOf('partitions')).toMatchObject({
    state: 'warning',
    advice: expect.stringContaining('spark-db partitions'),
  });
  await query('INSERT INTO spark_schema_migrations (name, run_on) VALUES ($1, now())', [latest?.['name']]);
  await query(`GRANT EXECUTE ON FUNCTION spark_rollup_day(date) TO ${config.SLATE_DB_USER}`);
  await query(`SELECT spark_ensure_partitions(now()::date, (now() + interval '1 month')::date)`);
  await query(`INSERT INTO spark_schema_migrations (name, run_on) VALUES ('999_newer', now())`);
  const newer = await check();
  expect(newer.named('failed')).toEqual([]);
  expect(newer.lineOf('schema')).toMatchObject({ state: 'warning', found: expect.stringContaining('999_newer') });
  await query(`DELETE FROM spark_schema_migrations WHERE name = '999_newer'`);
});

test('a replica that is none, and one where a primary belongs, are told', async () => {
  const { SLATE_DB_PORT: primaryPort, SPARK_DB_REPLICA_PORT: replicaPort } = rig.database.config;
  const swapped = await check({
    SLATE_DB_PORT: String(replicaPort),
    SPARK_DB_REPLICA_PORT: String(primaryPort),
  });
  expect(swapped.lineOf('PostgreSQL primary')).toMatchObject({
    state: 'failed',
    found: expect.stringContaining('it is a replica'),
  });
  expect(swapped.lineOf('PostgreSQL replica')).toMatchObject({
    state: 'failed',
    found: expect.stringContaining('not a replica'),
  });
});

test('rights that the user of an older version has not are told by their subjects', async () => {
  const guide = readFileSync(join(repositoryDir, 'docs/guides/nats.md'), 'utf8');
  const users = /```conf\n(authorization[\s\S]*?)```/.exec(guide)?.[1] ?? '';
  const former = users.replace(', "$JS.ACK.SPARK_ALERTS.>"', '').replace(', "dlq.alerts.spark.>"', '');
  expect(users.length - former.length).toBeGreaterThan(40);
  for (const [conf, state, missing] of [
    [users, 'ok', ''],
    [former, 'failed', '$JS.ACK.SPARK_ALERTS.>, dlq.alerts.spark.>'],
  ] as const) {
    const nats = await startOwnNats({ conf: () => conf });
    const { lineOf } = await check({ NATS_URL: nats.url.replace('//', '//spark_consumer:consumer-password@') });
    await nats.close();
    expect(lineOf('rights in NATS')).toMatchObject({ state, found: expect.stringContaining(missing) });
  }
});

test('while NATS is away its lines fail, and PostgreSQL is tested', async () => {
  await rig.nats.stop();
  const { code, named, lineOf } = await check();
  await rig.nats.start();
  await rig.link.ready();
  expect(code).toBe(1);
  expect(named('failed')).toEqual(natsLines);
  expect(named('ok')).toEqual([...primaryLines, 'PostgreSQL replica']);
  expect(lineOf('NATS')).toMatchObject({ found: expect.stringContaining('not reached within 5 s') });
  expect(lineOf('stream SPARK')).toMatchObject({ found: 'not tested: NATS does not answer', advice: 'See NATS.' });
});

test('servers that take a connection and say nothing do not hold it up for ever', async () => {
  const sockets = new Set<Socket>();
  const mute = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined));
  }).listen(0, '127.0.0.1');
  await once(mute, 'listening');
  const port = String((mute.address() as AddressInfo).port);
  const { named } = await check({
    NATS_URL: `nats://127.0.0.1:${port}`,
    SLATE_DB_PORT: port,
    SPARK_DB_REPLICA_PORT: port,
  });
  for (const socket of sockets) socket.destroy();
  mute.close();
  expect(named('failed')).toEqual(allLines);
});

test('while PostgreSQL is away its lines fail, and NATS is tested', async () => {
  const { code, named, lineOf } = await check({ SLATE_DB_PORT: '1', SPARK_DB_REPLICA_PORT: '1' });
  expect(code).toBe(1);
  expect(named('failed')).toEqual([...primaryLines, 'PostgreSQL replica']);
  expect(lineOf('PostgreSQL primary')).toMatchObject({ found: expect.stringContaining('ECONNREFUSED') });
  expect(lineOf('PostgreSQL replica')).toMatchObject({ found: expect.stringContaining('replica is not available') });
});
