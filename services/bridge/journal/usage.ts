import { z } from 'zod';
import type { UsageSum } from '../../../shared/contracts/index.ts';
import type { ResponseUsage } from '../realtime/types.ts';
import type { JournalDatabase } from './database.ts';
import { conditionOf, sumColumns, sumRow, sumRowFields, toSum, type UsagePart } from './usageSums.ts';

/** Whose tokens they were, and what for. */
export interface UsageOrigin {
  readonly provider: 'openai' | 'anthropic';
  /** The call that it was made for. */
  readonly callId?: string | null | undefined;
  /** The message whose turn it belongs to. */
  readonly messageId?: string | null | undefined;
  readonly projectHash?: string | null | undefined;
  /** ISO 8601, the time of its event; now when it has none. */
  readonly at?: string | undefined;
}

/** What each response of a model used and cost, and the sums over some of them. */
export interface UsageTable {
  readonly has: (sessionId: string, responseId: string) => boolean;
  /**
   * False when this response was already counted. `costMicroUsd` is null when the price is not known. Without an origin
   * it is the Realtime model's, for no call.
   */
  readonly insert: (
    sessionId: string,
    usage: ResponseUsage,
    costMicroUsd: number | null,
    origin?: UsageOrigin,
  ) => boolean;
  /** Sum of the known costs since `since` (ISO 8601). */
  readonly costSince: (since: string) => number;
  /** Sum of the known costs, in micro-dollars. */
  readonly costOf: (part: UsagePart) => number;
  readonly sumOf: (part: UsagePart) => UsageSum;
  /** Of a session, the dearest first. */
  readonly byModel: (sessionId: string) => (UsageSum & { readonly provider: string; readonly model: string })[];
  /** The calls of a session for which a model was asked. */
  readonly byCall: (sessionId: string) => (UsageSum & { readonly callId: string })[];
  /** The message whose turn a call belongs to; without a call, the newest that was sent. Null when there is none. */
  readonly turnOf: (sessionId: string, callId?: string) => string | null;
}

const cost = z.object({ total: z.int() });

export function makeUsageTable(db: JournalDatabase, now: () => string): UsageTable {
  return {
    has: (sessionId, responseId) =>
      db.get(
        'SELECT 1 AS found FROM usage WHERE session_id = :session AND response_id = :response',
        z.object({ found: z.int() }),
        { session: sessionId, response: responseId },
      ) !== undefined,
    insert: (sessionId, usage, costMicroUsd, origin = { provider: 'openai' }) =>
      db.run(
        `INSERT INTO usage (session_id, response_id, model, usage, cost_micro_usd, provider, call_id, message_id,
           project_hash, created_at)
         VALUES (:session, :response, :model, :usage, :cost, :provider, :call, :message, :project, :at)
         ON CONFLICT DO NOTHING`,
        {
          session: sessionId,
          response: usage.responseId,
          model: usage.model,
          usage: JSON.stringify(usage),
          cost: costMicroUsd,
          provider: origin.provider,
          call: origin.callId ?? null,
          message: origin.messageId ?? null,
          project: origin.projectHash ?? null,
          at: origin.at ?? now(),
        },
      ) > 0,
    costSince: (since) =>
      db.get('SELECT coalesce(sum(cost_micro_usd), 0) AS total FROM usage WHERE created_at >= :since', cost, { since })
        ?.total ?? 0,
    costOf(part) {
      const { sql, parameters } = conditionOf(part);
      return (
        db.get(`SELECT coalesce(sum(cost_micro_usd), 0) AS total FROM usage WHERE ${sql}`, cost, parameters)?.total ?? 0
      );
    },
    sumOf(part) {
      const { sql, parameters } = conditionOf(part);
      return toSum(db.get(`SELECT ${sumColumns} FROM usage WHERE ${sql}`, sumRow, parameters));
    },
    byModel: (sessionId) =>
      db
        .all(
          `SELECT provider, model, ${sumColumns} FROM usage WHERE session_id = :session
           GROUP BY provider, model ORDER BY cost DESC NULLS LAST, provider, model`,
          z.object({ ...sumRowFields, provider: z.string(), model: z.string() }),
          { session: sessionId },
        )
        .map((row) => ({ provider: row.provider, model: row.model, ...toSum(row) })),
    byCall: (sessionId) =>
      db
        .all(
          `SELECT call_id, ${sumColumns} FROM usage WHERE session_id = :session AND call_id IS NOT NULL
           GROUP BY call_id ORDER BY min(created_at), call_id`,
          z.object({ ...sumRowFields, call_id: z.string() }),
          { session: sessionId },
        )
        .map((row) => ({ callId: row.call_id, ...toSum(row) })),
    turnOf: (sessionId, callId) =>
      db.get(
        `SELECT message_id FROM messages WHERE session_id = :session AND role = 'user' AND status = 'complete'
           AND position < coalesce((SELECT position FROM calls WHERE session_id = :session AND call_id = :call), 9e15)
         ORDER BY position DESC LIMIT 1`,
        z.object({ message_id: z.string() }),
        { session: sessionId, call: callId ?? null },
      )?.message_id ?? null,
  };
}
