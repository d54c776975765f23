import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { retryUntilAborted } from '../../shared/node/lifecycle/index.ts';
import { makeLogger } from '../../shared/node/logging/index.ts';
import { migrate } from '../migrate.ts';
import type { DatabaseConfig } from '../pool.ts';

/** The running test stack: its address with the app's role, and the owner of the cluster. */
export interface TestCluster {
  readonly config: DatabaseConfig;
  readonly owner: { readonly user: string; readonly password: string };
}

export interface FreshDatabase {
  /** Reaches the new database with the role of `cluster.config`. */
  readonly config: DatabaseConfig;
  /** Reaches it as the owner, for looking into the tables and for damaging them. */
  readonly ownerConfig: DatabaseConfig;
  /** Runs one statement as the owner. */
  readonly query: (text: string, values?: readonly unknown[]) => Promise<Record<string, unknown>[]>;
  readonly drop: () => Promise<void>;
}

const templateName = 'spark_test_template';

/** A database of its own for one test file: a copy of a template that was migrated once. Drop it in `afterAll`. */
export function makeFreshDatabase(cluster: TestCluster): Promise<FreshDatabase> {
  return makeDatabaseFrom(cluster, async (client) => {
    // Test files run in several processes: one makes the template, and no copy is made while it is migrated.
    await client.query(`SELECT pg_advisory_lock(hashtextextended('${templateName}', 0))`);
    const found = await client.query('SELECT FROM pg_database WHERE datname = $1', [templateName]);
    if (found.rowCount === 0) await client.query(`CREATE DATABASE ${templateName} TEMPLATE template0`);
    await migrate(ownerOf(cluster, templateName), makeLogger({ name: 'test', level: 'silent' }));
    return templateName;
  });
}

/** The same without anything in it. */
export function makeEmptyDatabase(cluster: TestCluster): Promise<FreshDatabase> {
  return makeDatabaseFrom(cluster, () => Promise.resolve('template0'));
}

async function makeDatabaseFrom(
  cluster: TestCluster,
  prepareTemplate: (client: Client) => Promise<string>,
): Promise<FreshDatabase> {
  const name = `spark_test_${randomBytes(6).toString('hex')}`;
  const admin = { ...ownerOf(cluster, cluster.config.SLATE_DB_NAME) };
  await withClient(admin, async (client) => {
    await client.query(`CREATE DATABASE ${name} TEMPLATE ${await prepareTemplate(client)}`);
  });
  const ownerConfig = ownerOf(cluster, name);
  return {
    config: { ...cluster.config, SLATE_DB_NAME: name },
    ownerConfig,
    query: (text, values = []) =>
      withClient(
        ownerConfig,
        // Without values a text may hold many statements, as psql -f sends them.
        async (client) =>
          (await (values.length === 0 ? client.query(text) : client.query(text, [...values]))).rows as Record<
            string,
            unknown
          >[],
      ),
    drop: () =>
      retryUntilAborted(
        () =>
          withClient(admin, async (client) => {
            await client.query(`DROP DATABASE IF EXISTS ${name}`);
          }),
        // A connection that was just closed may still be ending on the server.
        { signal: AbortSignal.timeout(10_000), isRetryable: () => true, baseMs: 50, capMs: 500 },
      ),
  };
}

const ownerOf = ({ config, owner }: TestCluster, name: string): DatabaseConfig => ({
  ...config,
  SLATE_DB_NAME: name,
  SLATE_DB_USER: owner.user,
  SLATE_DB_PASSWORD: owner.password,
});

async function withClient<T>(config: DatabaseConfig, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({
    host: config.SLATE_DB_HOST,
    port: config.SLATE_DB_PORT,
    database: config.SLATE_DB_NAME,
    user: config.SLATE_DB_USER,
    password: config.SLATE_DB_PASSWORD,
  });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
