import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { databaseVariables, type DatabaseConfig } from '../database/index.ts';
import { openRawClient, type RawClient } from '../database/testing/rawClient.ts';
import { startStack, type Stack } from '../services/sandbox/stack/stack.ts';
import { migrateStack } from '../services/sandbox/stack/migrate.ts';
import { repositoryDir } from '../services/sandbox/stack/paths.ts';
import { loadConfig } from '../shared/node/config/index.ts';
import type { Lifecycle } from '../shared/node/lifecycle/index.ts';
import { connectNats } from '../shared/node/messaging/index.ts';
import type { Logger } from '../shared/node/logging/index.ts';
import { openApp, type App } from './app.ts';
import type { Metric } from './report.ts';

/** What a group of metrics needs; servers start when the first group asks for them. */
export interface Bench {
  readonly signal: AbortSignal;
  readonly lifecycle: Lifecycle;
  readonly logger: Logger;
  /** Told to people, on standard error. */
  readonly say: (message: string) => void;
  /** A smoke run: a few of everything, the figures mean nothing. */
  readonly quick: boolean;
  /** A folder of this run; removed at the end. */
  readonly dir: string;
  /** PostgreSQL with its replica, and NATS, migrated; one for the whole run. */
  readonly stack: () => Promise<Stack>;
  /** The app with its stand-ins on that stack; started once, when first asked for. */
  readonly app: () => Promise<App>;
  readonly versions: Record<string, string>;
}

export interface MetricGroup {
  readonly ids: readonly string[];
  /** Runs only when it is named: too long, too large, or in need of something to be installed. */
  readonly byName?: true;
  /** Measures all of `ids`; the caller keeps what was asked for, and says which of them did not come. */
  readonly measure: (bench: Bench) => Promise<Metric[]>;
}

export async function makeBench(
  options: Pick<Bench, 'lifecycle' | 'logger' | 'say' | 'quick' | 'versions'>,
): Promise<Bench> {
  const { lifecycle, logger, say } = options;
  const root = join(repositoryDir, '.spark', 'bench');
  await mkdir(root, { recursive: true });
  // Among the repository's own files: the system's temporary folder may be memory, which has no fsync to measure.
  const dir = await mkdtemp(join(root, 'run-'));
  lifecycle.own('folder', () => rm(dir, { recursive: true, force: true }));
  let stack: Promise<Stack> | undefined;
  let app: Promise<App> | undefined;

  async function start(): Promise<Stack> {
    const started = await startStack({
      stateDir: join(dir, 'stack'),
      temporary: true,
      signal: lifecycle.signal,
      logger,
      onProgress: say,
    });
    lifecycle.own('stack', () => started.stop());
    await migrateStack(started, lifecycle.signal);
    const raw = await openRawClient(configOf(started, started.owner));
    const [row] = await raw.query({ text: 'SHOW server_version' });
    await raw.end();
    options.versions['postgresql'] = String(row?.['server_version']);
    const link = connectNats({ url: String(started.env['NATS_URL']), name: 'spark-bench', logger });
    await link.ready(lifecycle.signal);
    options.versions['nats'] = await link.use(({ info }) => Promise.resolve(info?.version ?? 'unknown'));
    await link.close();
    return started;
  }
  const startOnce = (): Promise<Stack> => (stack ??= start());
  return {
    ...options,
    signal: lifecycle.signal,
    dir,
    stack: startOnce,
    app: () => (app ??= startOnce().then((started) => openApp({ stack: started, dir, lifecycle, logger, say }))),
  };
}

/** The stack's database, with the app's role or another account. */
export function configOf(stack: Stack, account?: Stack['owner']): DatabaseConfig {
  const config = loadConfig(stack.env, databaseVariables);
  return account === undefined
    ? config
    : { ...config, SLATE_DB_USER: account.user, SLATE_DB_PASSWORD: account.password };
}

/** Runs `work` with the driver alone, then closes the connection. */
export async function withRaw<T>(
  config: DatabaseConfig,
  work: (client: RawClient) => Promise<T>,
  server: 'primary' | 'replica' = 'primary',
): Promise<T> {
  const client = await openRawClient(config, server);
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** How long `work` took, in milliseconds. */
export async function timeMs(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/** A busy machine gets fewer rounds rather than a longer run; `samples` tells. */
const inTurnForMs = 20_000;

/**
 * Measures two ways of doing the same in turn, so that both meet the same noise. The first `warmUp` of each are dropped.
 */
export async function inTurn(
  options: { readonly rounds: number; readonly warmUp: number; readonly signal: AbortSignal },
  ours: (n: number) => Promise<number>,
  bare: (n: number) => Promise<number>,
): Promise<{ readonly ours: number[]; readonly bare: number[] }> {
  const measured = { ours: [] as number[], bare: [] as number[] };
  const until = performance.now() + inTurnForMs;
  for (let n = 0; n < options.rounds + options.warmUp; n += 1) {
    options.signal.throwIfAborted();
    if (performance.now() > until && measured.ours.length > 0) break;
    // Who goes first changes: the second of a pair finds warmer caches.
    const first = n % 2 === 0;
    const a = first ? await ours(n) : await bare(n);
    const b = first ? await bare(n) : await ours(n);
    if (n < options.warmUp) continue;
    measured.ours.push(first ? a : b);
    measured.bare.push(first ? b : a);
  }
  return measured;
}
