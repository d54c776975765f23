import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { databaseVariables } from '../../../database/index.ts';
import { makePool, type SqlPool } from '../../../database/pool.ts';
import type { ServerRole } from '../../../database/sqlError.ts';
import { loadConfig } from '../../../shared/node/config/index.ts';
import { makeLogger } from '../../../shared/node/logging/index.ts';
import { connectNats, type NatsLink } from '../../../shared/node/messaging/index.ts';
import { programEnvironment } from '../stack/environment.ts';
import { migrateStack } from '../stack/migrate.ts';
import { consumerRun, repositoryDir } from '../stack/paths.ts';
import { temporaryFolderOf } from '../stack/postgresBinaries.ts';
import type { Account } from '../stack/roles.ts';
import { startStack, type Stack } from '../stack/stack.ts';
import { refusedWidth } from './activity.ts';
import { startProxy, type FaultProxy } from './proxy.ts';
import { supervisePublisher, type PublisherProcess } from './publisherProcess.ts';
import { supervise, type Supervised } from './supervised.ts';

/** The whole data path as processes, with a proxy of its own between each program and each server. */
export interface World {
  readonly stack: Stack;
  readonly consumers: readonly Supervised[];
  readonly publisher: PublisherProcess;
  /** Folder of the publisher's journal. */
  readonly dataDir: string;
  /** Between `consumer-1`, `consumer-2`, `publisher` and the servers, in this order. */
  readonly toNats: readonly FaultProxy[];
  readonly toPostgres: readonly FaultProxy[];
  /** Past the proxies, for looking and for faults. */
  readonly link: NatsLink;
  readonly sql: (
    text: string,
    options?: { readonly server?: ServerRole; readonly as?: 'owner' | 'superuser' },
  ) => Promise<Row[]>;
  readonly pool: SqlPool;
  /** What ended by itself since the last call. */
  readonly takeSurprises: () => string[];
  /** Ends everything; the folder stays when `keep` says so. */
  readonly close: (keep: boolean) => Promise<void>;
}
export type Row = Record<string, unknown>;

export const clients = ['consumer-1', 'consumer-2', 'publisher'] as const;
/** Short, so that what a dead consumer held is soon delivered again; and often met while a batch is held. */
const ackWaitS = 2;

export async function openWorld(options: {
  readonly folder: string;
  readonly seed: number;
  readonly signal: AbortSignal;
  readonly onProgress: (message: string) => void;
  readonly consumers?: number;
  readonly batch?: number;
  readonly ackWaitS?: number;
}): Promise<World> {
  const { folder, signal, onProgress } = options;
  const logger = makeLogger({ name: 'spark-chaos', level: 'silent' });
  mkdirSync(folder, { recursive: true, mode: 0o711 });
  const stack = await startStack({ stateDir: folder, signal, logger, onProgress });
  const proxies: FaultProxy[] = [];
  const surprises: string[] = [];
  const pools = new Map<string, SqlPool>();
  const openPool = (server: ServerRole, account: Account): SqlPool => {
    const name = `${server} ${account.user}`;
    const known = pools.get(name);
    if (known !== undefined) return known;
    const env = { ...stack.env, SLATE_DB_USER: account.user, SLATE_DB_PASSWORD: account.password };
    const config = loadConfig(env, databaseVariables);
    const pool = makePool({ config, logger, server, applicationName: 'spark-chaos', maxConnections: 3 });
    pools.set(name, pool);
    return pool;
  };

  try {
    onProgress('bringing the schema up to date');
    await migrateStack(stack, signal);
    const owner = openPool('primary', stack.owner);
    const refuse = `ALTER TABLE spark_previews ADD CONSTRAINT refused_by_chaos CHECK (width <> ${refusedWidth})`;
    await owner.use((client) => client.rows({ text: refuse }, z.unknown()));
    const proxied = async (port: number, nats: boolean): Promise<FaultProxy> => {
      const proxy = await startProxy({ port, nats });
      proxies.push(proxy);
      return proxy;
    };
    const toNats = await Promise.all(clients.map(() => proxied(stack.ports.nats, true)));
    const toPostgres = await Promise.all(clients.map(() => proxied(stack.ports.primary, false)));
    const environment = (index: number, account?: Account): Record<string, string> => ({
      ...stack.env,
      NATS_URL: withPort(stack.env['NATS_URL'] ?? '', toNats[index]?.port ?? 0),
      SLATE_DB_PORT: String(toPostgres[index]?.port ?? 0),
      SPARK_LOG_LEVEL: 'info',
      ...(account === undefined ? {} : { SLATE_DB_USER: account.user, SLATE_DB_PASSWORD: account.password }),
    });
    const common = {
      children: stack.children,
      logDir: stack.logDir,
      onSurprise: (what: string) => void surprises.push(what),
    };
    const consumers = clients.slice(0, options.consumers ?? 2).map((name, index) =>
      supervise({
        ...common,
        name,
        args: consumerRun,
        env: programEnvironment({
          ...environment(index, stack.consumer),
          SPARK_CONSUMER_BATCH: String(options.batch ?? 200),
          SPARK_CONSUMER_ACK_WAIT_S: String(options.ackWaitS ?? ackWaitS),
          SPARK_METRICS_PORT: '0',
        }),
      }),
    );
    const dataDir = join(folder, 'app');
    const publisher = supervisePublisher({
      ...common,
      name: 'publisher',
      args: [join(repositoryDir, 'services/sandbox/chaos/publisher.ts'), dataDir, String(options.seed)],
      env: programEnvironment(environment(2)),
    });
    const link = connectNats({ url: stack.env['NATS_URL'] ?? '', name: 'spark-chaos', logger });
    await link.ready(signal);
    return {
      stack,
      consumers,
      publisher,
      dataDir,
      toNats,
      toPostgres,
      link,
      pool: owner,
      sql: (text, { server = 'primary', as = 'owner' } = {}) =>
        openPool(server, stack[as]).use((client) => client.rows({ text }, z.record(z.string(), z.unknown()))),
      takeSurprises: () => surprises.splice(0),
      async close(keep) {
        await Promise.all([...consumers, publisher].map((program) => program.kill()));
        await link.close();
        await Promise.all([...pools.values()].map((pool) => pool.end()));
        await Promise.all(proxies.map((proxy) => proxy.close()));
        await stack.stop();
        if (keep) return;
        for (const left of [temporaryFolderOf(stack.stateDir), folder]) rmSync(left, { recursive: true, force: true });
      },
    };
  } catch (error) {
    await Promise.all(proxies.map((proxy) => proxy.close()));
    await stack.stop();
    throw error;
  }
}

function withPort(url: string, port: number): string {
  const changed = new URL(url);
  changed.port = String(port);
  return changed.href;
}
