import { z } from 'zod';
import { DependencyError } from '../shared/errors/index.ts';
import { waitMs } from '../shared/node/lifecycle/index.ts';
import type { Logger } from '../shared/node/logging/index.ts';
import type { ReadAfter } from './lastWrite.ts';
import type { SqlClient, SqlPool } from './pool.ts';
import { isServerAway, type ServerRole } from './sqlError.ts';
import { parseLsn, type WalPosition } from './walPosition.ts';

/*
 * Reads go to the replica when it is healthy, close enough and past the caller's last write; else to the primary.
 * - The replica's replayed position is cached: it only grows, so it is asked again only when the caller's position is
 *   higher, or when the picture is older than `freshForMs`. (So the name must lead to one server, not to several.)
 * - No read waits longer than `patienceMs` for the picture. After a failure the replica is left alone for `restMs`, and
 *   then looked at behind the reads, which meanwhile go to the primary.
 * - While the primary is away the replica answers however far it is behind (`lagMs` tells), but never a read whose own
 *   write it has not replayed, or may not have: such a read is refused.
 * - A replica that was promoted is no replica: reads stay on the primary until somebody changes the settings. A replica
 *   that follows a new primary counts once it knows itself to be on the new timeline.
 */
export interface ReplicaState {
  readonly position: WalPosition;
  /** How far its data is behind, in milliseconds; 0 when everything received was replayed and the stream is up. */
  readonly lagMs: number;
  readonly checkedAtMs: number;
}

export interface ReadOutcome<T> {
  readonly value: T;
  readonly server: ServerRole;
  /** The replica's lag when it was asked last; null when there is none or it did not answer. */
  readonly lagMs: number | null;
}

export interface ReadRouter {
  /** `after`: the caller's last write, which the read must see. */
  readonly read: <T>(work: (client: SqlClient) => Promise<T>, after?: ReadAfter) => Promise<ReadOutcome<T>>;
  /** Asks the replica now. Rejects with a DependencyError when it is away. */
  readonly check: () => Promise<ReplicaState>;
}

export interface ReadRouterOptions {
  readonly primary: Pick<SqlPool, 'use'>;
  readonly replica: Pick<SqlPool, 'use'> | undefined;
  readonly logger: Logger;
  readonly now?: () => number;
  readonly maxLagMs?: number;
  readonly freshForMs?: number;
  readonly restMs?: number;
  readonly patienceMs?: number;
}

/** Older data than this is not read while the primary is there. */
export const maxReplicaLagMs = 10_000;

export function makeReadRouter(options: ReadRouterOptions): ReadRouter {
  const {
    primary,
    replica,
    logger,
    now = Date.now,
    maxLagMs = maxReplicaLagMs,
    freshForMs = 1_000,
    restMs = 3_000,
  } = options;
  const { patienceMs = 1_000 } = options;
  let state: ReplicaState | undefined;
  let failedAtMs: number | undefined;
  let checking: Promise<ReplicaState> | undefined;

  function failed(error: unknown, message: string): void {
    // Said once: health and reads ask again and again.
    logger[failedAtMs === undefined ? 'warn' : 'debug']({ err: error }, message);
    state = undefined;
    failedAtMs = now();
  }

  async function askReplica(): Promise<ReplicaState> {
    if (replica === undefined) {
      throw new DependencyError('db_unavailable', 'No replica is configured.', { retryable: false });
    }
    try {
      state = { ...(await replica.use(readReplicaState)), checkedAtMs: now() };
      failedAtMs = undefined;
      return state;
    } catch (error) {
      failed(error, 'the replica is not used: reads go to the primary');
      throw error;
    }
  }

  const check = (): Promise<ReplicaState> =>
    (checking ??= askReplica().finally(() => {
      checking = undefined;
    }));

  /** The picture as soon as it is there; undefined when it is not there in time. The question goes on behind. */
  async function look(): Promise<ReplicaState | undefined> {
    const over = new AbortController();
    const asked = check().catch(() => undefined);
    try {
      return await Promise.race([asked, waitMs(patienceMs, over.signal).then(() => undefined)]);
    } finally {
      over.abort();
    }
  }

  async function isUsable(after: ReadAfter): Promise<boolean> {
    if (replica === undefined || after === 'unknown') return false;
    if (failedAtMs !== undefined) {
      if (now() - failedAtMs >= restMs) check().catch(() => undefined);
      return false;
    }
    const isFresh = state !== undefined && now() - state.checkedAtMs < freshForMs;
    const known = isFresh ? state : await look();
    if (known === undefined || serves(known, after, maxLagMs)) return known !== undefined;
    if (known.lagMs > maxLagMs) return false;
    // It may have replayed the write since the picture was taken.
    const again = await look();
    return again !== undefined && serves(again, after, maxLagMs);
  }

  /** The primary is away: whether the replica has all that the caller may have written. */
  async function isLastResort(after: ReadAfter): Promise<boolean> {
    if (replica === undefined || after === 'unknown') return false;
    const known = await look();
    return known !== undefined && serves(known, after, Infinity);
  }

  return {
    check,
    async read(work, after) {
      const from = async (pool: Pick<SqlPool, 'use'>, server: ServerRole) => ({
        value: await pool.use(work),
        server,
        lagMs: state?.lagMs ?? null,
      });
      if (replica !== undefined && (await isUsable(after))) {
        try {
          return await from(replica, 'replica');
        } catch (error) {
          if (!(error instanceof DependencyError && error.code === 'db_unavailable')) throw error;
          // Busy, or in the way of replay: the primary may do better, and the next read may find the replica free.
          if (isServerAway(error)) failed(error, 'the replica failed in the middle of a read: the primary is asked');
        }
      }
      try {
        return await from(primary, 'primary');
      } catch (error) {
        if (replica === undefined || !isServerAway(error) || !(await isLastResort(after))) throw error;
        logger.warn({ err: error, lagMs: state?.lagMs }, 'the primary is away: the replica answers');
        return from(replica, 'replica');
      }
    },
  };
}

/** How far this replica is. Rejects with `db_unavailable` where the server is none, or has not followed yet. */
export async function readReplicaState(client: SqlClient): Promise<Omit<ReplicaState, 'checkedAtMs'>> {
  const [row] = await client.rows({ name: 'replica', text: replicaSql }, replicaRow);
  return stateOf(row);
}

/** Throws what is wrong with a server that was to be a replica. */
function stateOf(row: z.infer<typeof replicaRow> | undefined): Omit<ReplicaState, 'checkedAtMs'> {
  if (row?.lsn === undefined || row.lsn === null) {
    throw new DependencyError('db_unavailable', 'SLATE_DB_REPLICA_HOST names a server that is not a replica.', {
      retryable: true,
    });
  }
  if (row.lag_ms === null) {
    throw new DependencyError('db_unavailable', 'The replica has not followed the primary since it was started.', {
      retryable: true,
    });
  }
  return { position: { timeline: row.timeline, lsn: parseLsn(row.lsn) }, lagMs: row.lag_ms };
}

/** Positions of another timeline say nothing: after a failover reads stay on the primary until the next write. */
export function serves(state: ReplicaState, after: Exclude<ReadAfter, 'unknown'>, maxLagMs: number): boolean {
  if (state.lagMs > maxLagMs) return false;
  return after === undefined || (after.timeline === state.position.timeline && state.position.lsn >= after.lsn);
}

const replicaRow = z.object({
  lsn: z.string().nullable(),
  timeline: z.coerce.number(),
  lag_ms: z.coerce.number<string | number>().nullable(),
});
// Everything received and replayed counts as no lag only while the WAL receiver lives: pg_last_xact_replay_timestamp
// alone grows on an idle system, and equal positions alone hide a stream that is cut. NULL: nothing was replayed since the
// start and nothing is received, so nobody knows how old its data is. The receiver tells its timeline only to a role
// that may read all statistics; the control file, which any role may read, learns of a new one at the next restartpoint.
const replicaSql = `
  SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn()::text END AS lsn,
         coalesce((SELECT received_tli FROM pg_stat_wal_receiver), (SELECT timeline_id FROM pg_control_checkpoint())) AS timeline,
         CASE WHEN EXISTS (SELECT FROM pg_stat_wal_receiver) AND pg_last_wal_receive_lsn() <= pg_last_wal_replay_lsn() THEN 0
              ELSE extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()) * 1000 END AS lag_ms`;
