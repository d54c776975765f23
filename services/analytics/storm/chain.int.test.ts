import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { alertSchema, type Alert } from '../../../shared/contracts/index.ts';
import { makeLogger } from '../../../shared/node/logging/index.ts';
import {
  connectNats,
  ensureStreams,
  makeJetStreamPublisher,
  type NatsLink,
} from '../../../shared/node/messaging/index.ts';
import { startOwnNats, type OwnNats } from '../../../shared/node/messaging/testing/ownNats.ts';
import { makeMessage } from '../../consumer/testing/events.ts';
import { programEnvironment } from '../../sandbox/stack/environment.ts';
import { readMemory } from './alert/memory.ts';
import { loadRules, rulesFile } from './rules/file.ts';
import { makeStormParent, type StormParent } from './testing/stormParent.ts';
import { writeScripts } from './topology/scripts.ts';

/*
 * The real spout and bolts as processes of their own and a real NATS; this test routes the tuples, as Storm does. The
 * server is its own: the spout takes every event there is, and on the stack's that is whatever other tests publish.
 */
let nats: OwnNats;
let scripts: string;
let link: NatsLink;
const waits = { timeout: 30_000, interval: 20 };
const children: ChildProcessByStdio<Writable, Readable, null>[] = [];
const parents: StormParent[] = [];

beforeAll(async () => {
  nats = await startOwnNats();
  // As a worker starts them: one file each, which takes a third of the time.
  scripts = await mkdtemp(join(tmpdir(), 'spark-storm-'));
  await writeScripts(scripts);
});
afterAll(async () => {
  await nats.close();
  await rm(scripts, { recursive: true, force: true });
});
beforeEach(async () => {
  link = connectNats({ url: nats.url, name: 'test', logger: makeLogger({ name: 'test', level: 'silent' }) });
  await link.ready();
  await ensureStreams(link);
});
afterEach(async () => {
  for (const parent of parents.splice(0)) await parent.close();
  await Promise.all(children.splice(0).map((child) => exitOf(child)));
  await link.close();
});

function launch(part: string, env: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, [join(scripts, `${part}.mjs`)], {
    env: programEnvironment({ NATS_URL: nats.url, SPARK_LOG_LEVEL: 'fatal', ...env }),
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  children.push(child);
  return child;
}
async function startPart(part: string, env: Readonly<Record<string, string>> = {}): Promise<StormParent> {
  const { stdin, stdout } = launch(part, env);
  const parent = await makeStormParent({ input: stdin, output: stdout });
  parents.push(parent);
  return parent;
}
async function startAll(): Promise<readonly [StormParent, StormParent, StormParent]> {
  return await Promise.all([startPart('spout'), startPart('validate'), startPart('alert')]);
}
/** The part that was launched last, as a machine would that loses its power. */
const killNewest = () => children.at(-1)?.kill('SIGKILL');
const exitOf = (child: (typeof children)[number]): Promise<number | null> =>
  child.exitCode !== null || child.signalCode !== null
    ? Promise.resolve(child.exitCode)
    : new Promise((resolve) => child.once('exit', (code) => resolve(code)));

/** Collects the alerts of this group from now on. */
async function listenFor(group: string): Promise<readonly Alert[]> {
  const heard: Alert[] = [];
  await link.use(async (connection) => {
    connection.subscribe('alerts.spark.storm.>', {
      callback: (_error, message) => {
        const alert = alertSchema.parse(message.json());
        if (alert.group === group) heard.push(alert);
      },
    });
    await connection.flush();
  });
  return heard;
}

/** What was told, after another tick: an alert that could not be told at once waits for one. */
async function afterTick(alert: StormParent, told: readonly Alert[]): Promise<string[]> {
  await alert.tuple([], { task: -1, stream: '__tick' });
  return told.map(({ ruleId, state, value }) => `${ruleId} ${state} ${value}`);
}

/** Takes events from the spout through the bolts until `count` of this session are through; returns what was refused. */
async function route(parts: Record<'spout' | 'validate' | 'alert', StormParent>, sessionId: string, count: number) {
  const invalid: unknown[] = [];
  for (let through = 0; through < count;) {
    for (const { tuple = [], id } of await parts.spout.command('next')) {
      if (id === undefined) continue;
      for (const said of await parts.validate.tuple(tuple)) {
        if (said.command === 'emit' && said.stream === 'invalid') invalid.push(said.tuple?.[1]);
        else if (said.command === 'emit')
          expect((await parts.alert.tuple(said.tuple ?? [])).at(-1)?.command).toBe('ack');
      }
      await parts.spout.command('ack', id);
      if (String(tuple[0]).endsWith(sessionId)) through += 1;
    }
  }
  return invalid;
}

const facts = (target: string) => ({ buildId: randomUUID(), target, durationMs: 1, warnings: 0 });
const failed = (target: string, at: { readonly sessionId: string; readonly seq: number }) =>
  makeMessage({ type: 'build.unity.failed', ...facts(target), errors: 1, reason: 'CS1002' }, at);

test('builds that fail in a row are told on the subject of their rule, from JetStream through all three processes', async () => {
  const [spout, validate, alert] = await startAll();
  const target = `T-${randomUUID()}`;
  const sessionId = randomUUID();
  const { publish } = makeJetStreamPublisher(link);
  const told = await listenFor(target);
  const wrong = { ...failed(target, { sessionId, seq: 9 }), id: randomUUID(), bytes: Buffer.from('{"target":') };
  await spout.command('activate');
  await durableIsThere();
  for (const message of [failed(target, { sessionId, seq: 1 }), failed(target, { sessionId, seq: 2 }), wrong])
    await publish(message);
  expect(await route({ spout, validate, alert }, sessionId, 3)).toEqual(['invalid_json']);

  await expect.poll(unacknowledged, waits).toBe(0);

  // The server goes away and comes back: the spout pulls again by itself.
  await nats.part.stop();
  await nats.part.start();
  const third = failed(target, { sessionId, seq: 3 });
  await expect.poll(() => publish(third), waits).toMatchObject({ duplicate: expect.any(Boolean) });
  expect(await route({ spout, validate, alert }, sessionId, 1)).toEqual([]);
  // The bolt may have been away from the server a moment longer than the spout.
  await expect.poll(() => afterTick(alert, told), waits).toEqual(['builds-fail raised 3']);
  await expect.poll(unacknowledged, waits).toBe(0);
});

test('an alert bolt that was killed goes on where it was: a row of builds goes on, and nothing is told twice', async () => {
  const [spout, validate, first] = await startAll();
  const target = `T-${randomUUID()}`;
  const sessionId = randomUUID();
  const { publish } = makeJetStreamPublisher(link);
  const told = await listenFor(target);
  await spout.command('activate');
  await durableIsThere();
  const fail = async (alert: StormParent, seq: number) => {
    await publish(failed(target, { sessionId, seq }));
    await route({ spout, validate, alert }, sessionId, 1);
  };
  await fail(first, 1);
  await fail(first, 2);
  killNewest();
  const second = await startPart('alert');
  await fail(second, 3);
  await expect.poll(() => afterTick(second, told), waits).toEqual(['builds-fail raised 3']);
  killNewest();
  const third = await startPart('alert');
  await fail(third, 4);
  expect(await afterTick(third, told)).toEqual(['builds-fail raised 3']);
  await publish(
    makeMessage({ type: 'build.unity.completed', ...facts(target), errors: 0, sizeBytes: 1 }, { sessionId, seq: 5 }),
  );
  await route({ spout, validate, alert: third }, sessionId, 1);
  await expect.poll(() => afterTick(third, told), waits).toEqual(['builds-fail raised 3', 'builds-fail cleared 0']);
});

test('what is open is read back before the events, which may take long', async () => {
  const { publish } = makeJetStreamPublisher(link);
  await publish(failed(`T-${randomUUID()}`, { sessionId: randomUUID(), seq: 1 }));
  const done: string[] = [];
  await readMemory({
    link,
    rules: loadRules(rulesFile),
    memory: { remember: () => done.push('event'), restore: () => done.push('open alerts') },
    logger: makeLogger({ name: 'test', level: 'silent' }),
    nowMs: Date.now(),
    signal: AbortSignal.timeout(20_000),
  });
  expect(done.slice(0, 2)).toEqual(['open alerts', 'event']);
});

test('before the streams are made an alert bolt begins at once, with nothing', async () => {
  const bare = await startOwnNats();
  try {
    const alert = await startPart('alert', { NATS_URL: bare.url });
    const said = await alert.tuple([], { task: -1, stream: '__tick' });
    expect(said).toEqual([{ command: 'ack', id: '1' }]);
  } finally {
    await bare.close();
  }
});

test('a bolt with mistakes in its rules ends before it takes anything, with the exit code of a wrong configuration', async () => {
  const child = launch('alert', { SPARK_ALERT_RULES: fileURLToPath(import.meta.url) });
  child.stdin.end();
  expect(await exitOf(child)).toBe(78);
});

const durable = () => link.use((connection) => connection.request('$JS.API.CONSUMER.INFO.SPARK.spark-storm'));
const durableIsThere = () =>
  expect.poll(async () => (await durable()).json<{ name?: string }>().name, waits).toBe('spark-storm');
const unacknowledged = async () => (await durable()).json<{ num_ack_pending: number }>().num_ack_pending;
