import { z } from 'zod';
import { DependencyError } from '../shared/errors/index.ts';
import type { Logger } from '../shared/node/logging/index.ts';
import type { ReadAfter } from './lastWrite.ts';
import type { SqlClient, SqlPool } from './pool.ts';
import type { ServerRole } from './sqlError.ts';
import { parseLsn, type WalPosition } from './walPosition.ts';

/*
 * Reads go to the replica when it is healthy, close enough and past the caller's last write; else to the primary.
 * The replica's replayed position is cached: it only grows, so it is asked again only when the caller's position is
 * higher, or when the picture is older than `freshForMs`. After a failure the replica is left alone for `restMs`.
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
}

export function makeReadRouter(options: ReadRouterOptions): ReadRouter {
  const { primary, replica, logger, now = Date.now, maxLagMs = 10_000, freshForMs = 1_000, restMs = 3_000 } = options;
  let state: ReplicaState | undefined;
  let restUntilMs = 0;

  async function check(): Promise<ReplicaState> {
    if (replica === undefined) {
      throw new DependencyError('db_unavailable', 'No replica is configured.', { retryable: false });
    }
    try {
      const [row] = await replica.use((client) => client.rows({ text: replicaSql }, replicaRow));
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
      state = {
        position: { timeline: row.timeline, lsn: parseLsn(row.lsn) },
        lagMs: row.lag_ms,
        checkedAtMs: now(),
      };
      return state;
    } catch (error) {
      state = undefined;
      restUntilMs = now() + restMs;
      throw error;
    }
  }

  async function isUsable(after: ReadAfter): Promise<boolean> {
    if (replica === undefined || after === 'unknown' || now() < restUntilMs) return false;
    try {
      const known = state !== undefined && now() - state.checkedAtMs < freshForMs ? state : await check();
      if (serves(known, after, maxLagMs)) return true;
      return known.lagMs <= maxLagMs && serves(await check(), after, maxLagMs);
    } catch (error) {
      logger.warn({ err: error }, 'the replica is not used: reads go to the primary');
      return false;
    }
  }

  return {
    check,
    async read(work, after) {
      if (replica !== undefined && (await isUsable(after))) {
        try {
          return { value: await replica.use(work), server: 'replica', lagMs: state?.lagMs ?? null };
        } catch (error) {
          if (!(error instanceof DependencyError && error.code === 'db_unavailable')) throw error;
          restUntilMs = now() + restMs;
          logger.warn({ err: error }, 'the replica failed in the middle of a read: the primary is asked');
        }
      }
      return { value: await primary.use(work), server: 'primary', lagMs: state?.lagMs ?? null };
    },
  };
}

/** Positions of another timeline say nothing: after a failover reads stay on the primary until the next write. */
export function serves(state: ReplicaState, after: WalPosition | undefined, maxLagMs: number): boolean {
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
// start and nothing is received, so nobody knows how old its data is.
const replicaSql = `
  SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn()::text END AS lsn,
         (SELECT timeline_id FROM pg_control_checkpoint()) AS timeline,
         CASE WHEN EXISTS (SELECT FROM pg_stat_wal_receiver) AND pg_last_wal_receive_lsn() <= pg_last_wal_replay_lsn() THEN 0
              ELSE extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()) * 1000 END AS lag_ms`;
