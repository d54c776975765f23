import { chownSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { z } from 'zod';
import type { Children } from './children.ts';
import type { PostgresHome } from './postgresBinaries.ts';
import { commonSettings, hbaConf, postgresConf } from './postgresSettings.ts';
import { clusterSecretsSchema, databaseName, makeClusterSecrets, roles, type ClusterSecrets } from './roles.ts';
import type { Launch } from './serverProcess.ts';
import { runTool } from './tool.ts';

/**
 * Makes the data folders of the primary and of the replica, with no server running.
 *
 * Each folder has a file beside it that is written last, by a rename. A folder without it is half made and is made
 * again; so a kill at any moment costs seconds, never a broken start. The replica is a copy of the stopped primary
 * with `standby.signal`: PostgreSQL itself replays such a copy to consistency, also one of a crashed primary, and goes
 * on from the primary's slot. (The package has no pg_basebackup; a backup of a running primary needs a client, and the
 * only importer of one is `database`.) Roles are made in single-user mode for the same reason: no server listens
 * before its passwords are set.
 */
export interface ClusterContext {
  readonly home: PostgresHome;
  readonly children: Children;
  readonly signal: AbortSignal;
  readonly env: Readonly<Record<string, string>>;
  readonly onProgress: (message: string) => void;
}

export const replicationSlot = 'spark_replica';
const formatVersion = 1;
const markerSchema = z.object({ version: z.literal(formatVersion), made: z.string(), secrets: clusterSecretsSchema });
export type ClusterMarker = z.infer<typeof markerSchema>;

export const primaryDir = (home: PostgresHome): string => join(home.dataDir, 'primary');
export const replicaDir = (home: PostgresHome): string => join(home.dataDir, 'replica');
const primaryMarker = (home: PostgresHome): string => join(home.dataDir, 'primary.json');
const replicaMarker = (home: PostgresHome): string => join(home.dataDir, 'replica.json');

export async function ensurePrimary(context: ClusterContext): Promise<ClusterMarker> {
  const { home } = context;
  const existing = readMarker(primaryMarker(home));
  if (existing !== undefined && existsSync(join(primaryDir(home), 'PG_VERSION'))) return existing;
  context.onProgress('making the PostgreSQL cluster');
  for (const path of [replicaMarker(home), replicaDir(home), primaryMarker(home), primaryDir(home)])
    rmSync(path, { recursive: true, force: true });
  const secrets = makeClusterSecrets();
  await initialise(context, secrets);
  await runTool({
    ...postgresLaunch(context, ['--single', '-c', 'exit_on_error=on', '-D', primaryDir(home), 'postgres']),
    name: 'postgres --single',
    children: context.children,
    input: setupStatements(secrets),
    signal: context.signal,
    timeoutMs: 60_000,
  });
  const marker: ClusterMarker = { version: formatVersion, made: new Date().toISOString(), secrets };
  writeWhole(primaryMarker(home), JSON.stringify(marker), home);
  return marker;
}

/** The primary must not run. A replica of an earlier primary is replaced. */
export async function ensureReplica(context: ClusterContext, primary: ClusterMarker): Promise<void> {
  const { home } = context;
  const existing = readMarker(replicaMarker(home));
  if (existing?.made === primary.made && existsSync(join(replicaDir(home), 'PG_VERSION'))) return;
  context.onProgress('copying the cluster for the replica');
  dropReplica(home);
  await copyFolder(context, primaryDir(home), replicaDir(home));
  for (const file of ['postmaster.pid', 'postmaster.opts', `pg_replslot/${replicationSlot}`])
    rmSync(join(replicaDir(home), file), { recursive: true, force: true });
  writeOwned(join(replicaDir(home), 'standby.signal'), '', home);
  writeWhole(replicaMarker(home), JSON.stringify(primary), home);
}

export function dropReplica(home: PostgresHome): void {
  rmSync(replicaMarker(home), { force: true });
  rmSync(replicaDir(home), { recursive: true, force: true });
}

/** A file of mode 0600 that PostgreSQL's account owns. */
export function writeOwned(path: string, text: string, home: PostgresHome): void {
  writeFileSync(path, text, { mode: 0o600 });
  if (home.account !== undefined) chownSync(path, home.account.uid, home.account.gid);
}

export function postgresLaunch(
  context: Pick<ClusterContext, 'home' | 'env'>,
  args: readonly string[],
  program = 'postgres',
): Launch {
  const { home, env } = context;
  return {
    command: join(home.native, 'bin', process.platform === 'win32' ? `${program}.exe` : program),
    args,
    env,
    cwd: home.dataDir,
    ...home.account,
  };
}

async function initialise(context: ClusterContext, secrets: ClusterSecrets): Promise<void> {
  const { home } = context;
  const passwordFile = join(home.dataDir, 'superuser.tmp');
  writeOwned(passwordFile, secrets.superuser, home);
  try {
    await runTool({
      ...postgresLaunch(
        context,
        [
          '-D',
          primaryDir(home),
          '-U',
          roles.superuser,
          `--pwfile=${passwordFile}`,
          '--auth=scram-sha-256',
          '--encoding=UTF8',
          '--locale=C',
          ...(await builtinLocale(context)),
          '--no-instructions',
          '--no-sync',
        ],
        'initdb',
      ),
      name: 'initdb',
      children: context.children,
      signal: context.signal,
      timeoutMs: 120_000,
    });
  } finally {
    rmSync(passwordFile, { force: true });
  }
  // The port is set before each start; single-user mode opens none.
  writeOwned(join(primaryDir(home), 'postgresql.conf'), postgresConf(commonSettings(5432)), home);
  writeOwned(join(primaryDir(home), 'pg_hba.conf'), hbaConf, home);
}

/** PostgreSQL 17 brought a UTF-8 locale of its own, the same on every system; before it there is plain C. */
async function builtinLocale(context: ClusterContext): Promise<string[]> {
  const version = await runTool({
    ...postgresLaunch(context, ['--version']),
    name: 'postgres --version',
    children: context.children,
    signal: context.signal,
    timeoutMs: 20_000,
  });
  const major = Number(/\) (\d+)/.exec(version)?.[1]);
  return major >= 17 ? ['--locale-provider=builtin', '--builtin-locale=C.UTF-8'] : [];
}

/** One statement a line: single-user mode reads a statement to the end of its line. */
function setupStatements(secrets: ClusterSecrets): string {
  const login = (role: string, password: string, more = ''): string =>
    `CREATE ROLE ${role} LOGIN ${more} PASSWORD '${password}'`;
  return `${[
    login(roles.owner, secrets.owner, 'CREATEDB'),
    login(roles.app, secrets.app),
    login(roles.consumer, secrets.consumer),
    login(roles.readonly, secrets.readonly),
    login(roles.replicator, secrets.replicator, 'REPLICATION'),
    `GRANT pg_monitor TO ${roles.owner}, ${roles.readonly}`,
    `CREATE DATABASE ${databaseName} OWNER ${roles.owner}`,
    `SELECT pg_create_physical_replication_slot('${replicationSlot}', true)`,
  ].join('\n')}\n`;
}

async function copyFolder(context: ClusterContext, from: string, to: string): Promise<void> {
  if (process.platform === 'win32') {
    await cp(from, to, { recursive: true, preserveTimestamps: true });
    return;
  }
  await runTool({
    command: 'cp',
    args: ['-R', '-p', from, to],
    env: context.env,
    cwd: context.home.dataDir,
    ...context.home.account,
    name: 'cp',
    children: context.children,
    signal: context.signal,
    timeoutMs: 120_000,
  });
}

function readMarker(path: string): ClusterMarker | undefined {
  try {
    return markerSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return undefined;
  }
}

function writeWhole(path: string, text: string, home: PostgresHome): void {
  writeOwned(`${path}.tmp`, text, home);
  renameSync(`${path}.tmp`, path);
}
