import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import { makeFreshDatabase, type FreshDatabase } from '../../../database/testing/freshDatabase.ts';
import { clusterOf } from '../../../database/testing/stackCluster.ts';
import { loadConfig, readEnvironment } from '../../../shared/node/config/index.ts';
import { makeLogger } from '../../../shared/node/logging/index.ts';
import { connectNats, type NatsLink } from '../../../shared/node/messaging/index.ts';
import { watchChildren } from '../../sandbox/stack/children.ts';
import { programEnvironment, toolEnvironment } from '../../sandbox/stack/environment.ts';
import { startNats } from '../../sandbox/stack/nats.ts';
import { consumerRun, repositoryDir } from '../../sandbox/stack/paths.ts';
import { spawnProgram, type RunningProgram } from '../../sandbox/stack/program.ts';
import type { ServerPart } from '../../sandbox/stack/serverProcess.ts';

/** A database, a NATS server (stream and durable have fixed names, so files cannot share one) and consumer processes. */
export interface Rig {
  readonly link: NatsLink;
  readonly nats: ServerPart;
  /** With the programs' credentials. */
  readonly natsUrl: string;
  readonly database: FreshDatabase;
  /** The packaged entry as its own process; resolves when it is ready, or with `waits` as soon as it runs. */
  readonly startConsumer: (
    over?: Readonly<Record<string, string>>,
    how?: { readonly waits: true },
  ) => Promise<RunningProgram>;
  readonly close: () => Promise<void>;
}

export async function makeRig(): Promise<Rig> {
  const stack = inject('stack');
  const folder = await mkdtemp(join(tmpdir(), 'spark-consumer-'));
  const abort = new AbortController();
  const children = watchChildren(folder);
  const secrets = { programs: 'programs-password', browser: 'browser-password' };
  const nats = await startNats({
    slotDir: folder,
    logDir: folder,
    cacheDir: join(repositoryDir, '.spark', 'cache'),
    configured: loadConfig(readEnvironment(), ['SPARK_NATS_SERVER']).SPARK_NATS_SERVER,
    secrets,
    children,
    env: toolEnvironment(),
    wanted: {},
    signal: abort.signal,
    onProgress: () => undefined,
  });
  const url = `nats://spark:${secrets.programs}@127.0.0.1:${nats.ports.client}`;
  const link = connectNats({ url, name: 'test', logger: makeLogger({ name: 'test', level: 'silent' }) });
  await link.ready();
  const database = await makeFreshDatabase(clusterOf(stack, stack.consumer));
  const programs: RunningProgram[] = [];
  return {
    link,
    nats: nats.part,
    natsUrl: url,
    database,
    async startConsumer(over = {}, how) {
      const { config } = database;
      const program = await spawnProgram(
        {
          name: `consumer-${programs.length}`,
          args: consumerRun,
          env: programEnvironment({
            NATS_URL: url,
            SLATE_DB_HOST: String(config.SLATE_DB_HOST),
            SLATE_DB_PORT: String(config.SLATE_DB_PORT),
            SLATE_DB_NAME: config.SLATE_DB_NAME,
            SLATE_DB_USER: config.SLATE_DB_USER,
            SLATE_DB_PASSWORD: config.SLATE_DB_PASSWORD ?? '',
            SPARK_LOG_LEVEL: 'info',
            SPARK_METRICS_PORT: '0',
            ...over,
          }),
          children,
          logDir: folder,
          ...(how?.waits === true ? {} : { readyTimeoutMs: 30_000 }),
        },
        abort.signal,
      );
      programs.push(program);
      return program;
    },
    async close() {
      for (const program of programs) await program.stop();
      await link.close();
      await nats.part.stop();
      abort.abort();
      await database.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
