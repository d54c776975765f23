import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../../../shared/errors/index.ts';
import { waitMs } from '../../../shared/node/lifecycle/index.ts';
import type { Children } from './children.ts';
import { portOr } from './ports.ts';
import { preparePostgresHome } from './postgresBinaries.ts';
import {
  dropReplica,
  ensurePrimary,
  ensureReplica,
  postgresLaunch,
  primaryDir,
  replicaDir,
  replicationSlot,
  writeOwned,
  type ClusterContext,
} from './postgresCluster.ts';
import { commonSettings, postgresConf, replicaSettings } from './postgresSettings.ts';
import type { ClusterSecrets } from './roles.ts';
import { logSize, logTail, makeServerPart, type Launch, type ServerPart } from './serverProcess.ts';

export interface PostgresPair {
  readonly primary: ServerPart;
  readonly replica: ServerPart;
  readonly ports: { readonly primary: number; readonly replica: number };
  readonly secrets: ClusterSecrets;
  readonly dataDir: string;
  /** A new replica from the stopped primary; both run when it resolves. */
  readonly rebuildReplica: () => Promise<void>;
}

export interface PostgresOptions {
  readonly slotDir: string;
  readonly logDir: string;
  readonly children: Children;
  readonly env: Readonly<Record<string, string>>;
  /** Ports of an earlier run, used again when free. */
  readonly wanted: { readonly primary?: number | undefined; readonly replica?: number | undefined };
  readonly signal: AbortSignal;
  readonly onProgress: (message: string) => void;
  readonly onNotice: (message: string) => void;
  /** Another PostgreSQL than the packaged one: the folder with its `bin`. */
  readonly native?: string | undefined;
}

const startTimeoutMs = 60_000;
const streamingTimeoutMs = 15_000;
/** What a replica logs when it follows the primary; lc_messages is C. */
const streamingLine = 'started streaming WAL from primary';

/** Makes what is missing and starts both servers; the replica streams when this resolves. Throws `stack_failed`. */
export async function startPostgres(options: PostgresOptions): Promise<PostgresPair> {
  const { slotDir, children, env, signal, onProgress, onNotice } = options;
  const home = preparePostgresHome({ slotDir, onNotice, native: options.native });
  const context: ClusterContext = { home, children, signal, env, onProgress };
  const marker = await ensurePrimary(context);
  await ensureReplica(context, marker);

  const ports = { primary: await portOr(options.wanted.primary), replica: await portOr(options.wanted.replica) };
  const standby = { port: ports.primary, password: marker.secrets.replicator, slot: replicationSlot };
  const server = (name: string, folder: string, settings: Record<string, string>): ServerPart =>
    makeServerPart({
      name,
      children,
      logFile: join(options.logDir, `${name}.log`),
      stopSignal: 'SIGINT',
      startTimeoutMs,
      prepare(): Promise<Launch> {
        dropMisleadingLock(folder);
        writeOwned(join(folder, 'postgresql.conf'), postgresConf(settings), home);
        return Promise.resolve(postgresLaunch(context, ['-D', folder]));
      },
      isReady: (pid) => Promise.resolve(takesConnections(folder, pid)),
      // Backends of a killed server hold its shared memory until they notice that it is gone.
      isPassing: (log) => log.includes('is still in use'),
    });
  const primary = server('postgres-primary', primaryDir(home), commonSettings(ports.primary));
  const replicaLog = join(options.logDir, 'postgres-replica.log');
  const replica = server('postgres-replica', replicaDir(home), {
    ...commonSettings(ports.replica),
    ...replicaSettings(standby),
  });

  const rebuildReplica = async (): Promise<void> => {
    await Promise.all([replica.stop(), primary.stop()]);
    dropReplica(home);
    await ensureReplica(context, marker);
    await primary.start(signal);
    if (!(await streams(replica, replicaLog, signal)))
      throw new AppError('stack_failed', `A new replica does not follow its primary. Its log: ${replicaLog}`);
  };

  onProgress('starting PostgreSQL');
  await primary.start(signal);
  if (!(await streams(replica, replicaLog, signal))) {
    // Its slot was dropped for being too far behind, or its folder is damaged: a copy is quicker than finding out.
    onNotice('The replica does not follow the primary any more; it is made again.');
    await rebuildReplica();
  }
  return { primary, replica, ports, secrets: marker.secrets, dataDir: home.dataDir, rebuildReplica };
}

/** The eighth line of `postmaster.pid` is the server's own word on its state, which pg_ctl reads too. */
export function takesConnections(folder: string, pid: number): boolean {
  try {
    const lines = readFileSync(join(folder, 'postmaster.pid'), 'utf8').split('\n');
    return Number(lines[0]) === pid && lines[7]?.trim() === 'ready';
  } catch {
    return false;
  }
}

/** Starts the replica and waits until it follows the primary. False when it does not within the time. */
async function streams(replica: ServerPart, logFile: string, signal: AbortSignal): Promise<boolean> {
  const from = logSize(logFile);
  try {
    await replica.start(signal);
  } catch (error) {
    if (signal.aborted) throw error;
    return false;
  }
  const deadline = Date.now() + streamingTimeoutMs;
  while (Date.now() < deadline) {
    signal.throwIfAborted();
    if (logTail(logFile, from, 200).includes(streamingLine)) return true;
    await waitMs(20, signal);
  }
  return false;
}

/**
 * PostgreSQL sorts out its own leftover lock file, except when the process id in it belongs to another program of the
 * same user by now: then it refuses to start for ever. Never removed while a PostgreSQL has that id.
 */
function dropMisleadingLock(folder: string): void {
  const file = join(folder, 'postmaster.pid');
  try {
    const pid = Number(readFileSync(file, 'utf8').split('\n')[0]);
    const program = execFileSync('ps', ['-o', 'comm=', '-p', String(pid)], { encoding: 'utf8' });
    if (!program.includes('postgres')) rmSync(file, { force: true });
  } catch {
    // No such file, or no such process: nothing misleads.
  }
}
