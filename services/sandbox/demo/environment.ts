import { join } from 'node:path';
import { z } from 'zod';
import { databaseVariables } from '../../../database/index.ts';
import { loadConfig, readEnvironment, type Environment } from '../../../shared/node/config/index.ts';
import type { Lifecycle } from '../../../shared/node/lifecycle/index.ts';
import type { Logger } from '../../../shared/node/logging/index.ts';
import { bridgeVariables } from '../../bridge/index.ts';
import { watchChildren } from '../stack/children.ts';
import { programEnvironment } from '../stack/environment.ts';
import { entries, repositoryDir } from '../stack/paths.ts';
import { spawnProgram, type RunningProgram } from '../stack/program.ts';
import { startSandbox, type Sandbox } from '../stack/sandbox.ts';
import { openEvidence } from './evidence.ts';
import type { Evidence, ProjectDir } from './types.ts';
import { buildWindow } from './window.ts';

export interface DemoEnvironment {
  readonly mode: 'sandbox' | 'live';
  readonly host: RunningProgram;
  /** The window's address, token included. */
  readonly url: string;
  readonly evidence: Evidence;
  readonly projectDir: ProjectDir;
}

export interface SandboxEnvironment extends DemoEnvironment {
  readonly sandbox: Sandbox;
}

export interface DemoEnvironmentOptions {
  readonly lifecycle: Pick<Lifecycle, 'own' | 'signal'>;
  readonly logger: Logger;
  readonly onProgress: (message: string) => void;
  /** Folder of the sandbox's state; `.spark/stacks` unless given. */
  readonly stateDir?: string;
  /** Starts with nothing of an earlier run and keeps nothing. */
  readonly temporary?: boolean;
}

const hostReady = z.looseObject({ url: z.url() });
const hostReadyTimeoutMs = 30_000;

/** Stack, stand-ins, consumer and web host, each a process; all are released with the lifecycle. */
export async function openSandboxEnvironment(options: DemoEnvironmentOptions): Promise<SandboxEnvironment> {
  const { lifecycle, logger, onProgress, stateDir, temporary } = options;
  await buildWindow({ signal: lifecycle.signal, onProgress });
  const starting = startSandbox({
    signal: lifecycle.signal,
    logger,
    onProgress,
    // The demo proves the sandbox even where real servers are configured; those are what --live is for.
    parts: { unity: true, model: true },
    ...(stateDir === undefined ? {} : { stateDir }),
    ...(temporary === undefined ? {} : { temporary }),
  });
  // Registered before it has started: a shutdown in between waits until the start has cleaned up after itself.
  lifecycle.own('sandbox', async () => {
    const started = await starting.catch(() => undefined);
    await started?.stop();
  });
  const sandbox = await starting;
  const { stack } = sandbox;
  onProgress('starting the web host');
  const host = await startHost({ ...sandbox.env, SPARK_WEB_PORT: '0' }, stack, lifecycle);
  const evidence = openEvidence({
    database: loadConfig(sandbox.env, databaseVariables),
    maintenance: loadConfig(
      { ...sandbox.env, SLATE_DB_USER: stack.consumer.user, SLATE_DB_PASSWORD: stack.consumer.password },
      databaseVariables,
    ),
    natsUrl: loadConfig(sandbox.env, ['NATS_URL'], ['NATS_URL']).NATS_URL,
    logger,
  });
  lifecycle.own('evidence', () => evidence.close());
  return { mode: 'sandbox', host, url: urlOf(host), evidence, projectDir: sandbox.unityProjectDir ?? null, sandbox };
}

/** The configured servers: an acceptance test of an installation. Throws a ConfigError that names what is not set. */
export async function openLiveEnvironment(options: DemoEnvironmentOptions): Promise<DemoEnvironment> {
  const { lifecycle, logger, onProgress } = options;
  const env = readEnvironment();
  // All that any program of the demo reads: every problem is named at once, before anything starts.
  const { NATS_URL } = loadConfig(
    env,
    [...bridgeVariables, 'SPARK_MAINTENANCE_DB_USER', 'SPARK_MAINTENANCE_DB_PASSWORD', 'SPARK_LOG_LEVEL'],
    [
      'SLATE_DB_HOST',
      'SLATE_DB_REPLICA_HOST',
      'SLATE_DB_PASSWORD',
      'NATS_URL',
      'UNITY_MCP_URL',
      'OPENAI_REALTIME_API_KEY',
    ],
  );
  await buildWindow({ signal: lifecycle.signal, onProgress });
  const liveDir = options.stateDir ?? join(repositoryDir, '.spark', 'live');
  const children = watchChildren(join(liveDir, 'processes'));
  lifecycle.own('children', () => children.close());
  onProgress('starting the web host against the configured servers');
  const host = await startHost(
    { SPARK_DATA_DIR: join(liveDir, 'app'), SPARK_WEB_PORT: '0' },
    { children, logDir: liveDir },
    lifecycle,
  );
  const evidence = openEvidence({
    database: loadConfig(env, databaseVariables),
    maintenance: loadConfig(maintenanceEnvironment(env), databaseVariables),
    natsUrl: NATS_URL,
    logger,
  });
  lifecycle.own('evidence', () => evidence.close());
  return { mode: 'live', host, url: urlOf(host), evidence, projectDir: null };
}

/** Rollups need a role that may execute them: `SPARK_MAINTENANCE_DB_*` when set, else the app's own. */
function maintenanceEnvironment(env: Environment): Environment {
  const { SPARK_MAINTENANCE_DB_USER: user, SPARK_MAINTENANCE_DB_PASSWORD: password } = loadConfig(env, [
    'SPARK_MAINTENANCE_DB_USER',
    'SPARK_MAINTENANCE_DB_PASSWORD',
  ]);
  return user === undefined ? env : { ...env, SLATE_DB_USER: user, SLATE_DB_PASSWORD: password };
}

/** Starts a web host as a process; `env` is what differs from this program's own environment. */
export async function startHost(
  env: Readonly<Record<string, string>>,
  place: Pick<Parameters<typeof spawnProgram>[0], 'children' | 'logDir'>,
  lifecycle: DemoEnvironmentOptions['lifecycle'],
): Promise<RunningProgram> {
  const host = await spawnProgram(
    {
      name: 'web-host',
      args: [entries.web, '--json'],
      readyTimeoutMs: hostReadyTimeoutMs,
      children: place.children,
      logDir: place.logDir,
      env: programEnvironment(env),
    },
    lifecycle.signal,
  );
  lifecycle.own('web host', () => host.stop());
  return host;
}

/** The address that a started web host said, token included. */
export const urlOf = (host: RunningProgram): string => hostReady.parse(host.ready).url;
