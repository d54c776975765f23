import { execFile, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test, type TestContext } from 'vitest';
import { alertSchema, type Alert } from '../../../../shared/contracts/index.ts';
import { makeLogger } from '../../../../shared/node/logging/index.ts';
import {
  connectNats,
  ensureStreams,
  makeJetStreamPublisher,
  readDurable,
  type NatsLink,
} from '../../../../shared/node/messaging/index.ts';
import { startOwnNats, type OwnNats } from '../../../../shared/node/messaging/testing/ownNats.ts';
import { makeMessage } from '../../../consumer/testing/events.ts';
import { programEnvironment } from '../../../sandbox/stack/environment.ts';
import { buildTopology, type Topology, type TopologyBuild } from '../topology/build.ts';
import { startStormCluster, type StormCluster } from './cluster.ts';

/* The topology on a real cluster, fed through a real NATS: what dies is started again, nothing is lost or told twice. */
let dir: string;
let built: TopologyBuild;
let nats: OwnNats;
let link: NatsLink;
let cluster: StormCluster | undefined;
const alerts: Alert[] = [];

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'spark-storm-'));
  built = await buildTopology(dir, AbortSignal.timeout(280_000));
  nats = await startOwnNats();
  link = connectNats({ url: nats.url, name: 'test', logger: makeLogger({ name: 'test', level: 'silent' }) });
  await link.ready();
  await ensureStreams(link);
  await link.use(async (connection) => {
    connection.subscribe('alerts.spark.storm.>', {
      callback: (_error, message) => void alerts.push(alertSchema.parse(message.json())),
    });
    await connection.flush();
  });
}, 300_000);
afterAll(async () => {
  await cluster?.stop();
  await link.close();
  await nats.close();
  await rm(dir, { recursive: true, force: true });
});

const sessionId = randomUUID();
let seq = 0;
const at = () => ({ sessionId, seq: (seq += 1) });
const facts = (target: string) => ({ buildId: randomUUID(), target, durationMs: 1, warnings: 0 });
const failed = (target: string) =>
  makeMessage({ type: 'build.unity.failed', ...facts(target), errors: 1, reason: 'CS1002' }, at());
const completed = (target: string) =>
  makeMessage({ type: 'build.unity.completed', ...facts(target), errors: 0, sizeBytes: 1 }, at());
const told = (target: string) =>
  alerts.filter(({ group }) => group === target).map(({ ruleId, state }) => `${ruleId} ${state}`);
const waits = { timeout: 180_000, interval: 250 };
const standing = async () => {
  const { pending, unacknowledged } = await readDurable(link, 'spark-storm');
  return pending + unacknowledged;
};

interface Running {
  readonly pid: number;
  readonly group: number;
  readonly args: string;
  readonly kilobytes: number;
}
async function processes(): Promise<readonly Running[]> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,pgid=,rss=,args='], { maxBuffer: 2 ** 24 });
  return stdout.split('\n').flatMap((line) => {
    const found = /^ *(\d+) +(\d+) +(\d+) +(.*)$/.exec(line);
    return found === null
      ? []
      : [{ pid: Number(found[1]), group: Number(found[2]), kilobytes: Number(found[3]), args: found[4] ?? '' }];
  });
}
/** The process of the topology whose command line has this. */
async function taskOf(what: string): Promise<number | undefined> {
  const pids = (await cluster?.tasks()) ?? [];
  return (await processes()).find(({ pid, args }) => pids.includes(pid) && args.includes(what))?.pid;
}
/** Everything of the cluster: by the folder in its command line, and these, whose command lines do not have it. */
const ownProcesses = async (tasks: readonly number[]) =>
  (await processes()).filter(({ pid, args }) => args.includes(dir) || tasks.includes(pid));

function needStorm(context: TestContext): Topology {
  if (!('missing' in built)) return built;
  Object.assign(context.task.meta, { skipReason: built.missing });
  return context.skip(built.missing);
}

test('on a cluster, what is killed comes back, no event is lost, and no alert is told twice', async (context) => {
  const topology = needStorm(context);
  const startedMs = performance.now();
  cluster = await startStormCluster(
    {
      topology,
      name: 'test',
      stateDir: join(dir, 'state'),
      env: { NATS_URL: nats.url },
      logger: makeLogger({ name: 'test', level: 'silent' }),
    },
    AbortSignal.timeout(300_000),
  );
  await expect.poll(() => standing().catch(() => null), waits).toBe(0);
  const upMs = performance.now() - startedMs;
  const { publish } = makeJetStreamPublisher(link);
  for (let n = 0; n < 4; n += 1) await publish(failed('first'));
  await expect.poll(() => told('first'), waits).toEqual(['builds-fail raised']);
  const megabytes = (await ownProcesses(await cluster.tasks())).reduce(
    (sum, { kilobytes }) => sum + kilobytes / 1024,
    0,
  );
  await context.annotate(
    `Storm was up after ${Math.round(upMs / 1000)} s; ${Math.round(megabytes)} MB in all its processes`,
  );

  // One bolt, then the whole worker, then the supervisor with it; each with events on their way.
  for (const victim of ['./alert.mjs', 'org.apache.storm.daemon.worker.Worker', 'supervisor'] as const) {
    const target = `after ${victim}`;
    const publishing = (async () => {
      for (let n = 0; n < 300; n += 1) await publish(failed(target));
    })();
    const pid = victim === 'supervisor' ? cluster.daemon('supervisor').pid() : await taskOf(victim);
    expect(pid, victim).toBeDefined();
    process.kill(pid ?? 0, 'SIGKILL');
    const killedMs = performance.now();
    await publishing;
    await expect.poll(async () => (await taskOf('./alert.mjs')) ?? pid, waits).not.toBe(pid);
    await expect.poll(standing, waits).toBe(0);
    await context.annotate(
      `${victim} was killed; all was worked through after ${Math.round(performance.now() - killedMs)} ms`,
    );
    await expect.poll(() => told(target), waits).toEqual(['builds-fail raised']);
    await publish(completed(target));
    await expect.poll(() => told(target), waits).toEqual(['builds-fail raised', 'builds-fail cleared']);
  }
  expect(told('first')).toEqual(['builds-fail raised']);
  await publish(completed('first'));
  await expect.poll(() => told('first'), waits).toEqual(['builds-fail raised', 'builds-fail cleared']);

  const last = await cluster.tasks();
  expect(last).toHaveLength(4);
  await cluster.stop();
  await expect.poll(() => ownProcesses(last), waits).toEqual([]);
});

test('nothing of a cluster outlives its program, also when that is killed', async (context) => {
  needStorm(context);
  const program = spawn(
    process.execPath,
    [join(import.meta.dirname, '../main.ts'), 'cluster', '--topology', dir, '--state-dir', join(dir, 'program')],
    { env: programEnvironment({ NATS_URL: nats.url }), stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const ended = once(program, 'exit');
  let said = '';
  program.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  await expect.poll(() => said, waits).toContain('"ready":true');
  const groups = new Set(
    (await processes()).filter(({ pid, args }) => args.includes(dir) && pid !== program.pid).map(({ group }) => group),
  );
  const members = async () => (await processes()).filter(({ group }) => groups.has(group)).map(({ args }) => args);
  // Zookeeper, nimbus and supervisor have groups of their own; the worker and its tasks are in the supervisor's.
  expect(groups.size).toBe(3);
  expect((await members()).filter((args) => args.includes('./alert.mjs'))).toHaveLength(1);
  program.kill('SIGKILL');
  await ended;
  await expect.poll(members, waits).toEqual([]);
});
