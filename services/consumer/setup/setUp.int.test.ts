import { randomUUID } from 'node:crypto';
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { makeEmptyDatabase, type FreshDatabase } from '../../../database/testing/freshDatabase.ts';
import { clusterOf } from '../../../database/testing/stackCluster.ts';
import { makeLifecycle } from '../../../shared/node/lifecycle/index.ts';
import { makeLogger } from '../../../shared/node/logging/index.ts';
import { findStream, makeJetStreamPublisher } from '../../../shared/node/messaging/index.ts';
import { telemetry } from '../testing/events.ts';
import { makeRig, type Rig } from '../testing/rig.ts';
import { environmentTemplate } from './envFile.ts';
import { setUp } from './setUp.ts';
import type { ServiceControl } from './types.ts';

let rig: Rig;
let empty: FreshDatabase;
let folder = '';
let file = '';
const logger = makeLogger({ name: 'test', level: 'silent' });
const stack = inject('stack');

beforeAll(async () => {
  rig = await makeRig();
  empty = await makeEmptyDatabase(clusterOf(stack, stack.consumer));
  folder = await mkdtemp(join(tmpdir(), 'spark-setup-'));
  file = join(folder, 'consumer.env');
});
afterAll(async () => {
  await empty.drop();
  await rig.close();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(() => writeFile(file, environmentTemplate()).then(() => chmod(file, 0o640)));

/** What is asked, by the variable or word that the question begins with, and what is typed; Enter where nothing is given. */
type Script = readonly (readonly [question: string, typed: string])[];

async function run(given: {
  readonly environment?: Readonly<Record<string, string>>;
  readonly script?: Script;
  readonly yes?: boolean;
  readonly dryRun?: boolean;
  readonly service?: ServiceControl;
  readonly waitMs?: number;
}) {
  const said: string[] = [];
  const script = [...(given.script ?? [])];
  const lifecycle = makeLifecycle({ logger });
  const code = await setUp({
    layers: { environment: given.environment ?? {}, file: parseEnv(await readFile(file, 'utf8')) },
    person:
      given.script === undefined
        ? undefined
        : {
            ask: (question) => {
              said.push(question);
              const [next] = script;
              if (next === undefined || !question.startsWith(next[0])) return Promise.resolve('');
              script.shift();
              return Promise.resolve(next[1]);
            },
          },
    yes: given.yes === true,
    dryRun: given.dryRun === true,
    file,
    service: given.service ?? { isThere: () => false, start: () => Promise.resolve(null) },
    waitMs: given.waitMs ?? 0,
    say: (text) => said.push(text),
    lifecycle,
    logger,
  });
  await lifecycle.shutdown('done');
  expect(script).toEqual([]);
  return { code, said: said.join('\n') };
}

const database = () => ({
  SLATE_DB_HOST: String(empty.config.SLATE_DB_HOST),
  SLATE_DB_PORT: String(empty.config.SLATE_DB_PORT),
  SLATE_DB_NAME: empty.config.SLATE_DB_NAME,
  SLATE_DB_PASSWORD: stack.consumer.password,
});
const admin = { SPARK_ADMIN_DB_USER: stack.superuser.user, SPARK_ADMIN_DB_PASSWORD: stack.superuser.password };
const tables = () =>
  empty.query(`SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename LIKE 'spark%'`);

test('whoever says no to the plan has seen all of it, and nothing was changed', async () => {
  const { config } = empty;
  const { code, said } = await run({
    script: [
      ['NATS_URL', 'nats://127.0.0.1:1'],
      ['NATS_URL', rig.natsUrl],
      ['SLATE_DB_HOST', String(config.SLATE_DB_HOST)],
      ['SLATE_DB_PORT', 'five'],
      ['SLATE_DB_PORT', String(config.SLATE_DB_PORT)],
      ['SLATE_DB_NAME', config.SLATE_DB_NAME],
      ['SLATE_DB_PASSWORD', stack.consumer.password],
      ['An admin of PostgreSQL', stack.superuser.user],
      ['Password of', stack.superuser.password],
      ['SPARK_METRICS_PORT', '9999'],
      ['Do it?', 'n'],
    ],
  });
  expect(code).toBe(1);
  // A server that does not answer, and a value that is none, are asked for again.
  expect(said).toContain('not reached within 5 s');
  expect(said).toContain('That must be a whole number from 1 to 65535.');
  expect(said).toMatch(/PostgreSQL: migration 001_sessions_and_events\n/);
  expect(said).toMatch(/NATS: make stream SPARK/);
  expect(said).toMatch(/consumer\.env: write .*SLATE_DB_HOST.*SPARK_METRICS_PORT/);
  expect(said).toContain('Nothing was changed.');
  expect(said).not.toContain(stack.consumer.password);
  expect(said).not.toContain(stack.superuser.password);
  expect(await tables()).toEqual([]);
  expect(await findStream(rig.link, 'SPARK')).toBeNull();
  expect(parseEnv(await readFile(file, 'utf8'))).toEqual({});
});

test('where roles or schema are missing and no admin is known, it says who has to do what', async () => {
  const { code, said } = await run({ environment: { NATS_URL: rig.natsUrl, ...database() }, yes: true });
  expect(code).toBe(1);
  expect(said).toContain('the schema lacks 001_sessions_and_events');
  expect(said).toContain('SPARK_ADMIN_DB_USER');
  expect(await tables()).toEqual([]);
});

test('a password that the role does not have is told, and not given to it', async () => {
  const environment = { NATS_URL: rig.natsUrl, ...database(), ...admin, SLATE_DB_PASSWORD: 'another-password-of-mine' };
  const { code, said } = await run({ environment, yes: true });
  expect(code).toBe(1);
  expect(said).toContain('spark_consumer is there already, with another password');
});

test('from variables alone it makes everything, writes the file, starts the service and sees the first event', async () => {
  let started = 0;
  const consumer = await rig.startConsumer(
    { ...database(), SLATE_DB_USER: stack.consumer.user, NATS_URL: rig.natsUrl },
    { waits: true },
  );
  const log = () => readFile(consumer.logFile, 'utf8');
  await expect.poll(log, { timeout: 30_000 }).toMatch(/"url":"http:/);
  const metrics = new URL(/"url":"(http:[^"]+)"/.exec(await log())?.[1] ?? '');
  const environment = { NATS_URL: rig.natsUrl, ...database(), ...admin, SPARK_METRICS_PORT: metrics.port };
  const dry = await run({ environment, dryRun: true });
  expect(dry.code).toBe(0);
  expect(await tables()).toEqual([]);

  const working = run({
    environment,
    yes: true,
    waitMs: 30_000,
    service: {
      isThere: () => true,
      start: async () => {
        started += 1;
        await makeJetStreamPublisher(rig.link).publish(telemetry(randomUUID(), 1));
        return null;
      },
    },
  });
  const { code, said } = await working;
  expect(said).toContain('An event is a row in PostgreSQL: telemetry. All is well.');
  expect({ code, started }).toEqual({ code: 0, started: 1 });
  expect(parseEnv(await readFile(file, 'utf8'))).toEqual({
    NATS_URL: rig.natsUrl,
    ...database(),
    SLATE_DB_USER: 'spark_consumer',
    SPARK_METRICS_PORT: metrics.port,
  });
  expect((await stat(file)).mode & 0o777).toBe(0o640);
  // The owner of the tables is no admin.
  const owners = await empty.query(`SELECT DISTINCT tableowner AS o FROM pg_tables WHERE tablename LIKE 'spark%'`);
  expect(owners).toEqual([{ o: 'spark_owner' }]);

  const again = await run({ environment: parseEnv(await readFile(file, 'utf8')) as Record<string, string>, yes: true });
  expect(again.code).toBe(0);
  expect(again.said).toContain('Nothing to change.');
  await consumer.stop();
});
