import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { loadConfig, readEnvironment } from '../../../shared/node/config/index.ts';
import type { Logger } from '../../../shared/node/logging/index.ts';
import { endOrphans, watchChildren, type Children } from './children.ts';
import { toolEnvironment } from './environment.ts';
import { startNats, type NatsServer } from './nats.ts';
import { repositoryDir } from './paths.ts';
import { startPostgres, type PostgresPair } from './postgres.ts';
import { temporaryFolderOf } from './postgresBinaries.ts';
import { databaseName, makePassword, natsUsers, roles, type Account } from './roles.ts';
import type { ServerPart } from './serverProcess.ts';
import { takeSlot, type Slot } from './slot.ts';

export interface StackOptions {
  /** Folder of the slots; `.spark/stacks` of the repository unless given. */
  readonly stateDir?: string;
  /** Name of the slot; the first free one unless given. */
  readonly name?: string;
  /** Starts with an empty slot and leaves an empty one: nothing of an earlier run is used. */
  readonly temporary?: boolean;
  /** Ends a start that is under way. A started stack is ended by `stop`. */
  readonly signal: AbortSignal;
  readonly logger: Logger;
  /** Told in words what takes time. */
  readonly onProgress?: (message: string) => void;
}

export interface StackPorts {
  readonly primary: number;
  readonly replica: number;
  readonly nats: number;
  readonly websocket: number;
}

/** A running primary, replica and NATS. */
export interface Stack {
  /** Variables for the app, as in `.env.example`; the database role is `slate_user`. */
  readonly env: Readonly<Record<string, string>>;
  readonly owner: Account;
  readonly consumer: Account;
  readonly readonly: Account;
  /** Of the whole cluster: for a person at a prompt, and for faults that no other role can make. */
  readonly superuser: Account;
  readonly ports: StackPorts;
  /** Process ids of what runs now, by part. */
  pids(): Readonly<Record<'primary' | 'replica' | 'nats', number | undefined>>;
  /** The slot's own folder. */
  readonly stateDir: string;
  readonly logDir: string;
  /** Single parts, for fault tests: each keeps its port over `kill` and `start`. */
  readonly primary: ServerPart;
  readonly replica: ServerPart;
  readonly nats: ServerPart;
  /** A new replica from the primary, which is stopped for it; for what a promotion left behind. */
  readonly rebuildReplica: () => Promise<void>;
  /** Records further processes, so that they end with the stack even when this process is killed. */
  readonly children: Children;
  /** Fast shutdown of everything, forced at its deadline; safe to call twice. Data stays unless `temporary`. */
  stop(): Promise<void>;
}

const port = z.int().min(1).max(65_535);
const rememberedSchema = z.object({
  nats: z.object({ programs: z.string().min(16), browser: z.string().min(16) }),
  ports: z.object({ primary: port, replica: port, nats: port, websocket: port }).optional(),
});
type Remembered = z.infer<typeof rememberedSchema>;

/**
 * Starts PostgreSQL (primary and streaming replica) and NATS (JetStream, WebSocket) on free loopback ports. Data,
 * passwords and, when they are free, ports are those of the last run in the same slot. What a killed run left in the
 * slot is ended or made again first. Throws `stack_failed`, or the signal's reason; then nothing is left running.
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { logger, signal } = options;
  const onProgress = (message: string): void => {
    logger.debug({ message }, 'stack');
    options.onProgress?.(message);
  };
  const onNotice = (message: string): void => {
    logger.warn(message);
  };
  signal.throwIfAborted();
  const slot = takeSlot(options.stateDir ?? join(repositoryDir, '.spark', 'stacks'), options.name);
  const logDir = join(slot.dir, 'logs');
  const childrenDir = join(slot.dir, 'processes');
  const orphans = await endOrphans(childrenDir);
  if (orphans.length > 0) logger.warn({ orphans }, 'ended what an earlier run left behind');
  if (options.temporary === true) removeContents(slot);
  rmSync(logDir, { recursive: true, force: true });
  mkdirSync(logDir, { recursive: true, mode: 0o700 });
  const children = watchChildren(childrenDir);
  const remembered = recall(slot);
  const env = toolEnvironment();

  const parts: ServerPart[] = [];
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => (stopping ??= stopAll(parts, children, slot, options.temporary === true));

  const common = { slotDir: slot.dir, logDir, children, env, onProgress };
  const failed = new AbortController();
  const either = AbortSignal.any([signal, failed.signal]);
  const own = <T extends { readonly part: ServerPart } | PostgresPair>(started: T): T => {
    parts.push(...('part' in started ? [started.part] : [started.primary, started.replica]));
    return started;
  };
  const abortOther = (error: unknown): never => {
    failed.abort(error);
    throw error;
  };
  const wanted = remembered.ports;
  const [postgres, nats] = await Promise.allSettled([
    startPostgres({ ...common, wanted: wanted ?? {}, signal: either, onNotice })
      .then(own)
      .catch(abortOther),
    startNats({
      ...common,
      cacheDir: join(repositoryDir, '.spark', 'cache'),
      configured: loadConfig(readEnvironment(), ['SPARK_NATS_SERVER']).SPARK_NATS_SERVER,
      secrets: remembered.nats,
      wanted: { client: wanted?.nats, websocket: wanted?.websocket },
      signal: either,
    })
      .then(own)
      .catch(abortOther),
  ]);
  if (postgres.status === 'rejected' || nats.status === 'rejected') {
    await stop();
    signal.throwIfAborted();
    throw failed.signal.reason;
  }
  const ports = portsOf(postgres.value, nats.value);
  remember(slot, { ...remembered, ports });
  const stack = describe({ postgres: postgres.value, nats: nats.value, ports, remembered });
  logger.info({ slot: slot.dir, ports }, 'PostgreSQL, its replica and NATS run');
  return { ...stack, stateDir: slot.dir, logDir, children, stop };
}

const portsOf = (postgres: PostgresPair, nats: NatsServer): StackPorts => ({
  ...postgres.ports,
  nats: nats.ports.client,
  websocket: nats.ports.websocket,
});

function describe(started: {
  readonly postgres: PostgresPair;
  readonly nats: NatsServer;
  readonly ports: StackPorts;
  readonly remembered: Remembered;
}): Omit<Stack, 'stateDir' | 'logDir' | 'children' | 'stop'> {
  const { postgres, nats, ports, remembered } = started;
  const { secrets, primary, replica } = postgres;
  const account = (user: string, password: string): Account => ({ user, password });
  return {
    env: {
      SLATE_DB_HOST: '127.0.0.1',
      SLATE_DB_PORT: String(ports.primary),
      SLATE_DB_REPLICA_HOST: '127.0.0.1',
      SPARK_DB_REPLICA_PORT: String(ports.replica),
      SLATE_DB_NAME: databaseName,
      SLATE_DB_USER: roles.app,
      SLATE_DB_PASSWORD: secrets.app,
      NATS_URL: `nats://${natsUsers.programs}:${remembered.nats.programs}@127.0.0.1:${ports.nats}`,
      NEXT_PUBLIC_NATS_URL: `ws://${natsUsers.browser}:${remembered.nats.browser}@127.0.0.1:${ports.websocket}`,
      // Several consumers run beside each other in tests; none takes the port that belongs to a real one.
      SPARK_METRICS_PORT: '0',
    },
    owner: account(roles.owner, secrets.owner),
    consumer: account(roles.consumer, secrets.consumer),
    readonly: account(roles.readonly, secrets.readonly),
    superuser: account(roles.superuser, secrets.superuser),
    ports,
    pids: () => ({ primary: primary.pid(), replica: replica.pid(), nats: nats.part.pid() }),
    primary,
    replica,
    nats: nats.part,
    rebuildReplica: postgres.rebuildReplica,
  };
}

/** The primary first: its fast shutdown waits until the replica has everything. */
async function stopAll(
  parts: readonly ServerPart[],
  children: Children,
  slot: Slot,
  temporary: boolean,
): Promise<void> {
  const replica = parts.filter((part) => part.name === 'postgres-replica');
  await Promise.all(parts.filter((part) => !replica.includes(part)).map((part) => part.stop()));
  await Promise.all(replica.map((part) => part.stop(5_000)));
  children.close();
  if (temporary) removeContents(slot);
  slot.release();
}

/** Everything but the lock, and the folder itself: another stack may look at it at any moment. */
function removeContents(slot: Slot): void {
  rmSync(temporaryFolderOf(slot.dir), { recursive: true, force: true });
  for (const name of readdirSync(slot.dir))
    if (!name.startsWith('lock')) rmSync(join(slot.dir, name), { recursive: true, force: true });
}

function recall(slot: Slot): Remembered {
  try {
    return rememberedSchema.parse(JSON.parse(readFileSync(join(slot.dir, 'stack.json'), 'utf8')));
  } catch {
    return { nats: { programs: makePassword(), browser: makePassword() } };
  }
}

function remember(slot: Slot, facts: Remembered): void {
  const file = join(slot.dir, 'stack.json');
  writeFileSync(`${file}.tmp`, JSON.stringify(facts), { mode: 0o600 });
  renameSync(`${file}.tmp`, file);
}
