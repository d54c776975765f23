import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { alertSchema, type Alert } from '../../../shared/contracts/index.ts';
import { makeLogger } from '../../../shared/node/logging/index.ts';
import {
  connectNats,
  ensureStreams,
  makeJetStreamPublisher,
  type NatsLink,
} from '../../../shared/node/messaging/index.ts';
import { makeMessage } from '../../consumer/testing/events.ts';
import { programEnvironment } from '../../sandbox/stack/environment.ts';
import { makeStormParent, type StormParent } from './testing/stormParent.ts';

/* The real spout and bolts as processes of their own and a real NATS; this test routes the tuples, as Storm does. */
const url = inject('stack').env['NATS_URL'] ?? '';
let link: NatsLink;
const children: ChildProcessByStdio<Writable, Readable, null>[] = [];
const parents: StormParent[] = [];

beforeEach(async () => {
  link = connectNats({ url, name: 'test', logger: makeLogger({ name: 'test', level: 'silent' }) });
  await link.ready();
  await ensureStreams(link);
});
afterEach(async () => {
  for (const parent of parents.splice(0)) await parent.close();
  await Promise.all(children.splice(0).map((child) => exitOf(child)));
  await link.close();
});

function launch(part: string, env: Readonly<Record<string, string>> = {}) {
  const entry = fileURLToPath(new URL(`${part}/main.ts`, import.meta.url));
  const child = spawn(process.execPath, [entry], {
    env: programEnvironment({ NATS_URL: url, SPARK_LOG_LEVEL: 'fatal', ...env }),
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  children.push(child);
  return child;
}
async function startPart(part: string): Promise<StormParent> {
  const { stdin, stdout } = launch(part);
  const parent = await makeStormParent({ input: stdin, output: stdout });
  parents.push(parent);
  return parent;
}
const exitOf = (child: (typeof children)[number]): Promise<number | null> =>
  child.exitCode !== null
    ? Promise.resolve(child.exitCode)
    : new Promise((resolve) => child.once('exit', (code) => resolve(code)));

/** Listens, and then returns what waits for the first alert of this group. */
function listenFor(group: string): Promise<() => Promise<Alert>> {
  return link.use(async (connection) => {
    const subscription = connection.subscribe('alerts.spark.storm.>');
    await connection.flush();
    return async () => {
      for await (const message of subscription) {
        const alert = alertSchema.parse(message.json());
        if (alert.group === group) return alert;
      }
      throw new Error('the subscription ended');
    };
  });
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

test('builds that fail in a row are told on the subject of their rule, from JetStream through all three processes', async () => {
  const [spout, validate, alert] = await Promise.all(['spout', 'validate', 'alert'].map(startPart));
  if (spout === undefined || validate === undefined || alert === undefined) throw new Error('not started');
  const target = `T-${randomUUID()}`;
  const sessionId = randomUUID();
  const { publish } = makeJetStreamPublisher(link);
  const told = await listenFor(target);
  const failed = (seq: number) =>
    makeMessage(
      {
        type: 'build.unity.failed',
        buildId: randomUUID(),
        target,
        durationMs: 1,
        warnings: 0,
        errors: 1,
        reason: 'CS1002',
      },
      { sessionId, seq },
    );
  const wrong = { ...failed(9), id: randomUUID(), bytes: Buffer.from('{"target":') };
  await spout.command('activate');
  await durableIsThere();
  for (const message of [failed(1), failed(2), wrong, failed(3)]) await publish(message);

  expect(await route({ spout, validate, alert }, sessionId, 4)).toEqual(['invalid_json']);
  expect(await told()).toMatchObject({ ruleId: 'builds-fail', state: 'raised', value: 3, group: target });
  await expect.poll(unacknowledged).toBe(0);
});

test('a bolt with mistakes in its rules ends before it takes anything, with the exit code of a wrong configuration', async () => {
  const child = launch('alert', { SPARK_ALERT_RULES: fileURLToPath(import.meta.url) });
  child.stdin.end();
  expect(await exitOf(child)).toBe(78);
});

const facts = () => link.use((connection) => connection.request('$JS.API.CONSUMER.INFO.SPARK.spark-storm'));
const durableIsThere = () =>
  expect.poll(async () => (await facts()).json<{ name?: string }>().name, { timeout: 20_000 }).toBe('spark-storm');
const unacknowledged = async () => (await facts()).json<{ num_ack_pending: number }>().num_ack_pending;
