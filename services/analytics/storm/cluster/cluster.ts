import { readdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import process from 'node:process';
import { AppError } from '../../../../shared/errors/index.ts';
import { backoffMs, retryUntilAborted, waitMs } from '../../../../shared/node/lifecycle/index.ts';
import type { Logger } from '../../../../shared/node/logging/index.ts';
import { startProcess, type EngineProcess } from '../../engine/process.ts';
import { topologyFile, type Topology } from '../topology/build.ts';
import { stormEnvironment } from '../topology/environment.ts';
import { makeStormHome, type StormHome } from './home.ts';

/** A cluster of Zookeeper, nimbus and one supervisor on this machine, with the topology in it. */
export interface StormCluster {
  readonly nimbusPort: number;
  readonly daemon: (name: DaemonName) => EngineProcess;
  /** Process ids of the worker with its spout and bolts, as each of them has told; empty while there is none. */
  readonly tasks: () => Promise<readonly number[]>;
  readonly stop: () => Promise<void>;
}

export interface ClusterOptions {
  readonly topology: Topology;
  readonly name: string;
  /** Logs, and what only a run needs. Of one cluster alone. */
  readonly stateDir: string;
  /** For spout and bolts, over this program's own: `NATS_URL` and what else they read. */
  readonly env?: Readonly<Record<string, string>>;
  readonly logger: Logger;
}

/** In the order of their start; the heap of each in MiB. */
const daemons = {
  zookeeper: { type: 'org.apache.storm.shade.org.apache.zookeeper.server.ZooKeeperServerMain', heapMiB: 96 },
  nimbus: { type: 'org.apache.storm.daemon.nimbus.Nimbus', heapMiB: 192 },
  supervisor: { type: 'org.apache.storm.daemon.supervisor.Supervisor', heapMiB: 128 },
} as const;
export type DaemonName = keyof typeof daemons;

/** The worker, the spout and the two bolts. */
const tasksOfTopology = 4;
const startTimeoutMs = 180_000;
const pollMs = 250;

/**
 * Starts the cluster, submits the topology, and resolves when spout and bolts are at work. From then on each of the three
 * is started again when it ends; the supervisor does so for the worker, which ends with any of its spout and bolts.
 * Rejects with `stack_failed` and the end of a log when it does not come up; then nothing is left running.
 */
export async function startStormCluster(options: ClusterOptions, signal: AbortSignal): Promise<StormCluster> {
  const { topology, name, stateDir, env = {}, logger } = options;
  const home = await makeStormHome(topology, stateDir);
  const given = {
    cwd: home.home,
    env: stormEnvironment({ ...env, STORM_CONF_DIR: join(home.home, 'conf') }),
  };
  const running = new Map<DaemonName, EngineProcess>();
  const stopping = new AbortController();
  const kept: Promise<void>[] = [];
  const daemon = (which: DaemonName): EngineProcess => {
    const found = running.get(which);
    if (found === undefined) throw new TypeError(`${which} was not started`);
    return found;
  };

  function start(which: DaemonName): void {
    const { type, heapMiB } = daemons[which];
    const rest = which === 'zookeeper' ? [type, home.zookeeperConf] : [type];
    const args = [`-Xmx${heapMiB}m`, `-Dlogfile.name=${which}.log`, ...javaArguments(home), ...rest];
    const logFile = join(home.logDir, `${which}.out`);
    running.set(which, startProcess({ ...given, name: which, command: 'java', args, logFile }));
  }
  async function keep(which: DaemonName): Promise<void> {
    for (let attempt = 0; ; attempt += 1) {
      const startedMs = performance.now();
      const how = await daemon(which).ended;
      if (stopping.signal.aborted) return;
      if (performance.now() - startedMs > 60_000) attempt = 0;
      logger.warn({ daemon: which, how, log: home.logDir }, 'a part of Storm ended; it is started again');
      await waitMs(backoffMs(attempt, { baseMs: 500, capMs: 30_000 }), stopping.signal);
      if (stopping.signal.aborted) return;
      start(which);
    }
  }
  async function stop(): Promise<void> {
    stopping.abort();
    // The worker is in the supervisor's group. Zookeeper last: the others would look for it.
    for (const which of ['supervisor', 'nimbus', 'zookeeper'] as const) await running.get(which)?.stop();
    await Promise.all(kept);
  }
  const tasks = (): Promise<readonly number[]> => readTasks(join(home.home, 'local', 'workers'));

  /** Rejects when one of what was started has ended, or at the end of its time. */
  async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
    const deadline = AbortSignal.timeout(startTimeoutMs);
    while (!(await isSo())) {
      signal.throwIfAborted();
      for (const each of running.values()) if (each.pid() === undefined) throw await failed(each, `${each.name} ended`);
      if (deadline.aborted) throw await failed([...running.values()].at(-1), `${what} took too long`);
      await waitMs(pollMs, signal);
    }
  }

  try {
    start('zookeeper');
    await until('the start of Zookeeper', () => accepts(home.zookeeperPort));
    start('nimbus');
    start('supervisor');
    await until('the start of nimbus', () => accepts(home.nimbusPort));
    await submit({ home, name, given, signal });
    await until('the start of the topology', async () => (await tasks()).length >= tasksOfTopology);
  } catch (error) {
    await stop();
    throw error;
  }
  for (const which of ['zookeeper', 'nimbus', 'supervisor'] as const) kept.push(keep(which));
  return { nimbusPort: home.nimbusPort, daemon, tasks, stop };
}

const javaArguments = ({ home, logDir, libDir }: StormHome, ...first: readonly string[]): string[] => [
  '-XX:+UseSerialGC',
  '-Duser.timezone=UTC',
  `-Dstorm.home=${home}`,
  `-Dstorm.log.dir=${logDir}`,
  '-Dstorm.conf.file=storm.yaml',
  `-Dlog4j.configurationFile=${home}/log4j2/cluster.xml`,
  '-cp',
  [...first, `${home}/conf`, join(libDir, '*')].join(':'),
];

/** Nimbus answers before it leads; Storm's client asks again for some seconds by itself, and this once more. */
async function submit(given: {
  readonly home: StormHome;
  readonly name: string;
  readonly given: { readonly cwd: string; readonly env: Readonly<Record<string, string>> };
  readonly signal: AbortSignal;
}): Promise<void> {
  const { home, name, signal } = given;
  await retryUntilAborted(
    async (attempt) => {
      const args = [
        '-Xmx128m',
        '-Dlogfile.name=submit.log',
        `-Dstorm.jar=${home.jar}`,
        ...javaArguments(home, home.jar),
        'org.apache.storm.flux.Flux',
        '--remote',
        topologyFile,
        '--env-filter',
      ];
      const logFile = join(home.logDir, `submit-${attempt}.out`);
      const flux = startProcess({
        cwd: given.given.cwd,
        // Where the scripts are on a worker: it starts them in the jar's folder `resources`.
        env: {
          ...given.given.env,
          SPARK_STORM_NAME: name,
          SPARK_STORM_NODE: process.execPath,
          SPARK_STORM_SCRIPTS: '.',
        },
        name: 'the submission',
        command: 'java',
        args,
        logFile,
      });
      const stop = (): void => void flux.stop();
      signal.addEventListener('abort', stop, { once: true });
      const how = await flux.ended;
      signal.removeEventListener('abort', stop);
      signal.throwIfAborted();
      if (how !== 'exit code 0') throw await failed(flux, `the topology was not submitted: ${how}`);
    },
    { signal: AbortSignal.any([signal, AbortSignal.timeout(startTimeoutMs)]), isRetryable: () => true, capMs: 2_000 },
  );
}

async function failed(of: EngineProcess | undefined, what: string): Promise<AppError> {
  const how = of === undefined || of.pid() !== undefined ? '' : ` (${await of.ended})`;
  return new AppError('stack_failed', `Storm did not start: ${what}${how}. Its log ends with:\n${of?.logTail() ?? ''}`);
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    const settle = (is: boolean): void => {
      socket.destroy();
      resolve(is);
    };
    socket.once('connect', () => settle(true));
    socket.once('error', () => settle(false));
  });
}

/** A worker's folder has a file for each of its processes; that of a dead one is removed by the supervisor. */
async function readTasks(workersDir: string): Promise<readonly number[]> {
  let most: readonly number[] = [];
  for (const worker of await namesIn(workersDir)) {
    const pids = (await namesIn(join(workersDir, worker, 'pids'))).map(Number).filter((pid) => isAlive(pid));
    if (pids.length > most.length) most = pids;
  }
  return most;
}

async function namesIn(dir: string): Promise<string[]> {
  try {
    return await readdir(dir);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
