import type { BreakerState } from './breaker.ts';
import type { PoolStats, SqlPool } from './pool.ts';
import { maxReplicaLagMs, type ReadRouter, type ReplicaState } from './replica.ts';
import { walPositionRow, walPositionSql, type WalPosition } from './walPosition.ts';

export interface ServerHealth {
  readonly ok: boolean;
  /** What is wrong, in words; empty when all is well. */
  readonly detail: string;
  readonly latencyMs: number | null;
  /** Grows by one with each failover. */
  readonly timeline: number | null;
  /** Open: the server was away when it was tried last, and is tried again from time to time only. */
  readonly breaker: BreakerState;
  readonly pool: PoolStats;
}

export interface ReplicaHealth extends ServerHealth {
  readonly configured: boolean;
  /** Age of its data; 0 when it has replayed everything it was sent. */
  readonly lagMs: number | null;
  /** What the primary has written and the replica not replayed; null unless both answer on one timeline. */
  readonly lagBytes: number | null;
}

export interface DatabaseHealth {
  readonly primary: ServerHealth;
  readonly replica: ReplicaHealth;
}

/** Asks both servers at once. Never rejects. */
export async function readHealth(parts: {
  readonly primary: SqlPool;
  readonly replica: SqlPool | undefined;
  readonly router: Pick<ReadRouter, 'check'>;
}): Promise<DatabaseHealth> {
  const { primary, replica, router } = parts;
  const [onPrimary, onReplica] = await Promise.all([
    timed(() => positionOf(primary)),
    replica === undefined ? undefined : timed(() => router.check()),
  ]);
  return {
    primary: { ...onPrimary.health, ...poolOf(primary), timeline: onPrimary.value?.timeline ?? null },
    replica: {
      ...(onReplica === undefined ? notConfigured : judge(onReplica)),
      ...poolOf(replica),
      configured: replica !== undefined,
      timeline: onReplica?.value?.position.timeline ?? null,
      lagMs: onReplica?.value?.lagMs ?? null,
      lagBytes: lagBytesOf(onPrimary.value, onReplica?.value),
    },
  };
}

const notConfigured = { ok: false, detail: 'SLATE_DB_REPLICA_HOST is not set.', latencyMs: null };

/** A replica that answers and is too old to be read from is not well. */
function judge({ health, value }: Timed<ReplicaState>): Timed<ReplicaState>['health'] {
  if (value === undefined || value.lagMs <= maxReplicaLagMs) return health;
  return { ...health, ok: false, detail: `The replica is ${Math.round(value.lagMs / 1_000)} s behind the primary.` };
}

async function positionOf(primary: SqlPool): Promise<WalPosition | undefined> {
  const rows = await primary.use((client) =>
    client.rows({ name: 'wal-position', text: walPositionSql }, walPositionRow),
  );
  return rows[0];
}

function lagBytesOf(primary: WalPosition | undefined, replica: ReplicaState | undefined): number | null {
  if (primary === undefined || replica === undefined || primary.timeline !== replica.position.timeline) return null;
  // Asked at the same time: the replica may answer later and have more.
  return Math.max(0, Number(primary.lsn - replica.position.lsn));
}

const poolOf = (pool: SqlPool | undefined): Pick<ServerHealth, 'breaker' | 'pool'> => ({
  breaker: pool?.breaker() ?? { kind: 'closed' },
  pool: pool?.stats() ?? { total: 0, idle: 0, waiting: 0 },
});

interface Timed<T> {
  readonly health: Pick<ServerHealth, 'ok' | 'detail' | 'latencyMs'>;
  readonly value?: T;
}

async function timed<T>(work: () => Promise<T>): Promise<Timed<T>> {
  const start = performance.now();
  try {
    const value = await work();
    return { health: { ok: true, detail: '', latencyMs: performance.now() - start }, value };
  } catch (error) {
    return {
      health: { ok: false, detail: error instanceof Error ? error.message : String(error), latencyMs: null },
    };
  }
}
