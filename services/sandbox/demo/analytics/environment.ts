import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import process from 'node:process';
import { z } from 'zod';
import { databaseVariables, makeDatabase, type Database } from '../../../../database/index.ts';
import { AppError } from '../../../../shared/errors/index.ts';
import { loadConfig } from '../../../../shared/node/config/index.ts';
import type { Lifecycle } from '../../../../shared/node/lifecycle/index.ts';
import type { Logger } from '../../../../shared/node/logging/index.ts';
import { connectNats, type NatsLink } from '../../../../shared/node/messaging/index.ts';
import type { Children } from '../../stack/children.ts';
import { programEnvironment } from '../../stack/environment.ts';
import { makeAnalyticsRoles, migrateStack } from '../../stack/migrate.ts';
import { entries, repositoryDir } from '../../stack/paths.ts';
import { spawnProgram, type RunningProgram } from '../../stack/program.ts';
import type { Account } from '../../stack/roles.ts';
import { startStack, type Stack } from '../../stack/stack.ts';
import { runTool } from '../../stack/tool.ts';
import { makeApiReader, type ApiReader } from './figures/api.ts';

/** The whole tier, running: the servers, the consumer, the API, and the engines that are not left out. */
export interface AnalyticsEnvironment {
  /** As the owner. */
  readonly database: Database;
  readonly link: NatsLink;
  readonly api: ApiReader & { readonly url: string; readonly token: string };
  /** Starts an engine; resolves when it is at work. */
  readonly startFlink: (since: Date) => Promise<void>;
  readonly startStorm: () => Promise<void>;
  /** The daily run, once: by Airflow. */
  readonly runAirflow: () => Promise<void>;
  /** Aborts at the end of the lifecycle, and when a program ends that should not. */
  readonly signal: AbortSignal;
  /** Process ids of what runs now, by what a person calls it. */
  readonly pids: () => Readonly<Record<string, number | undefined>>;
  readonly stack: Stack;
}

const apiReady = z.looseObject({ url: z.url() });
const readyTimeoutMs = 120_000;
const stopTimeoutMs = 45_000;
const engineTimeoutMs = 600_000;

/** Everything is released with the lifecycle, and nothing of an earlier run is used. */
export async function openAnalytics(options: {
  readonly lifecycle: Pick<Lifecycle, 'own' | 'signal'>;
  readonly logger: Logger;
  readonly onProgress: (message: string) => void;
  readonly stateDir?: string;
}): Promise<AnalyticsEnvironment> {
  const { lifecycle, logger, onProgress } = options;
  const stateDir = options.stateDir ?? join(repositoryDir, '.spark', 'analytics-demo');
  const failed = new AbortController();
  const signal = AbortSignal.any([lifecycle.signal, failed.signal]);
  const starting = startStack({ signal, logger, onProgress, stateDir, temporary: true });
  // Registered before it has started: a shutdown in between waits until the start has cleaned up after itself.
  lifecycle.own('stack', async () => {
    const started = await starting.catch(() => undefined);
    await started?.stop();
  });
  const stack = await starting;
  onProgress('bringing the schema up to date');
  await migrateStack(stack, signal);
  const { replication, rollup } = await makeAnalyticsRoles(stack, signal);

  const programs = new Map<string, RunningProgram>();
  const tools = new Map<string, number | undefined>();
  const started: Promise<RunningProgram>[] = [];
  // All at once: Flink and Storm need seconds each.
  lifecycle.own('programs', async () => {
    await Promise.all(
      started.map(async (spawning) => {
        const program = await spawning.catch(() => undefined);
        await program?.stop(stopTimeoutMs);
      }),
    );
  });
  const as = ({ user, password }: Account, more: Readonly<Record<string, string>> = {}) =>
    programEnvironment({ ...stack.env, SLATE_DB_USER: user, SLATE_DB_PASSWORD: password, ...more });
  async function start(
    name: string,
    spec: Pick<Parameters<typeof spawnProgram>[0], 'args' | 'env' | 'readyTimeoutMs'>,
  ): Promise<RunningProgram> {
    const { children, logDir } = stack;
    const spawning = spawnProgram({ name, children, logDir, ...spec }, signal);
    started.push(spawning);
    const program = await spawning;
    programs.set(name, program);
    void failWhenEnded(program);
    return program;
  }

  async function failWhenEnded(program: RunningProgram): Promise<void> {
    const why = await program.exited();
    // At the end they all end.
    if (lifecycle.signal.aborted) return;
    failed.abort(
      new AppError('stack_failed', `${program.name} ended by itself: ${why}. Its log is ${program.logFile}.`),
    );
  }

  onProgress('starting the consumer and the analytics API');
  const token = randomBytes(24).toString('base64url');
  const nodeOptions = ['--max-semi-space-size=16', '--max-old-space-size=384'];
  const [, apiProgram] = await Promise.all([
    start('consumer', { args: [...nodeOptions, entries.timedConsumer], env: as(stack.consumer), readyTimeoutMs }),
    start('analytics API', {
      args: ['--max-old-space-size=256', entries.analyticsApi, '--json'],
      env: as(stack.readonly, { SLATE_ANALYTICS_TOKEN: token, SPARK_ANALYTICS_PORT: '0' }),
      readyTimeoutMs,
    }),
  ]);
  const { url } = apiReady.parse(apiProgram.ready);
  const database = makeDatabase({
    config: loadConfig(as(stack.owner), databaseVariables),
    logger,
    lifecycle,
    applicationName: 'analytics-demo',
    maxConnections: 2,
    statementTimeoutMs: 120_000,
  });
  const natsUrl = loadConfig(stack.env, ['NATS_URL'], ['NATS_URL']).NATS_URL;
  const link = connectNats({ url: natsUrl, name: 'analytics-demo', logger, signal });
  lifecycle.own('nats', () => link.close());
  await link.ready(signal);

  return {
    database,
    link,
    api: { ...makeApiReader({ url, token, signal }), url, token },
    signal,
    stack,
    async startFlink(since) {
      const args = ['run', '--since', since.toISOString(), '--state-dir', join(stack.stateDir, 'flink')];
      await start('Flink', { args: [entries.flink, ...args], env: as(replication), readyTimeoutMs: engineTimeoutMs });
    },
    async startStorm() {
      await start('Storm', { args: [entries.storm, 'run'], env: as(stack.readonly) });
    },
    async runAirflow() {
      await runTool({
        name: 'Airflow',
        command: process.execPath,
        args: [entries.airflow, 'run', '--once'],
        cwd: repositoryDir,
        env: as(rollup),
        children: noting(stack.children, (pid) => tools.set('Airflow', pid)),
        signal,
        timeoutMs: engineTimeoutMs,
      });
    },
    pids: () => ({
      'PostgreSQL primary': stack.pids().primary,
      'PostgreSQL replica': stack.pids().replica,
      NATS: stack.pids().nats,
      ...Object.fromEntries([...programs].map(([name, program]) => [name, program.pid()])),
      ...Object.fromEntries(tools),
    }),
  };
}

/** The same, and tells the id of each process that it starts. */
const noting = (children: Children, note: (pid: number | undefined) => void): Children => ({
  ...children,
  spawn(...given) {
    const child = children.spawn(...given);
    note(child.pid);
    return child;
  },
});
