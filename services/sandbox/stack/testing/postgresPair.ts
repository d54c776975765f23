import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { databaseVariables } from '../../../../database/index.ts';
import type { TestCluster } from '../../../../database/testing/freshDatabase.ts';
import { loadConfig, readEnvironment } from '../../../../shared/node/config/index.ts';
import { watchChildren } from '../children.ts';
import { toolEnvironment } from '../environment.ts';
import { startPostgres } from '../postgres.ts';
import { databaseName, roles, type ClusterSecrets } from '../roles.ts';

/** A primary and its streaming replica of their own, for tests that change roles or need another PostgreSQL. */
export interface PostgresPairForTest {
  /** As the app. */
  readonly cluster: TestCluster;
  readonly secrets: ClusterSecrets;
  readonly stop: () => Promise<void>;
}

export async function startPostgresPair(native?: string): Promise<PostgresPairForTest> {
  const slotDir = mkdtempSync(join(tmpdir(), 'spark-pg-'));
  // PostgreSQL's own account must get to its data.
  execFileSync('chmod', ['711', slotDir]);
  const logDir = join(slotDir, 'log');
  mkdirSync(logDir, { mode: 0o755 });
  const children = watchChildren(join(slotDir, 'run'));
  const remove = (): void => {
    children.close();
    rmSync(slotDir, { recursive: true, force: true });
  };
  const quiet = (): void => undefined;
  try {
    const pair = await startPostgres({
      slotDir,
      logDir,
      children,
      env: toolEnvironment(),
      wanted: {},
      signal: AbortSignal.timeout(120_000),
      onProgress: quiet,
      onNotice: quiet,
      native,
    });
    const config = loadConfig(
      {
        SLATE_DB_HOST: '127.0.0.1',
        SLATE_DB_PORT: String(pair.ports.primary),
        SLATE_DB_REPLICA_HOST: '127.0.0.1',
        SPARK_DB_REPLICA_PORT: String(pair.ports.replica),
        SLATE_DB_NAME: databaseName,
        SLATE_DB_USER: roles.app,
        SLATE_DB_PASSWORD: pair.secrets.app,
      },
      databaseVariables,
    );
    return {
      cluster: { config, owner: { user: roles.owner, password: pair.secrets.owner } },
      secrets: pair.secrets,
      async stop() {
        await Promise.all([pair.replica.stop(), pair.primary.stop()]);
        remove();
      },
    };
  } catch (error) {
    remove();
    throw error;
  }
}

/**
 * The folder of an installed PostgreSQL of this major version: SPARK_TEST_POSTGRES_<major>, else where systems put it.
 * Undefined when there is none.
 */
export function findPostgres(major: number): string | undefined {
  const configured = readEnvironment()[`SPARK_TEST_POSTGRES_${major}`];
  const usual = [
    `/usr/lib/postgresql/${major}`,
    `/usr/pgsql-${major}`,
    `/opt/homebrew/opt/postgresql@${major}`,
    `/usr/local/opt/postgresql@${major}`,
  ];
  const folders = configured === undefined ? [...usual, ...fromPgConfig()] : [configured];
  const found = folders.find((folder) => versionOf(folder) === major);
  if (found === undefined && configured !== undefined) {
    throw new Error(`SPARK_TEST_POSTGRES_${major}: ${configured} holds no bin/postgres of version ${major}.`);
  }
  return found;
}

function versionOf(folder: string): number | undefined {
  const program = join(folder, 'bin', 'postgres');
  if (!existsSync(program) || !existsSync(join(folder, 'bin', 'initdb'))) return undefined;
  return Number(/\) (\d+)/.exec(execFileSync(program, ['--version'], { encoding: 'utf8' }))?.[1]);
}

/** Tells where the PostgreSQL on the PATH lies, where its development files are installed. */
const pgConfig = 'pg_config';

function fromPgConfig(): string[] {
  try {
    const bin = execFileSync(pgConfig, ['--bindir'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    return [join(bin.trim(), '..')];
  } catch {
    return [];
  }
}
