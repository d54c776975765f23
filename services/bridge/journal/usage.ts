import { z } from 'zod';
import type { ResponseUsage } from '../realtime/types.ts';
import type { JournalDatabase } from './database.ts';

/** Whose tokens they were, and what for. */
export interface UsageOrigin {
  readonly provider: 'openai' | 'anthropic';
  /** The call that it was made for. */
  readonly callId?: string | null | undefined;
  /** The message whose turn it belongs to. */
  readonly messageId?: string | null | undefined;
  readonly projectHash?: string | null | undefined;
}

/** What each response of a model used and cost. */
export interface UsageTable {
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
}

export function makeUsageTable(db: JournalDatabase, now: () => string): UsageTable {
  return {
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
          at: now(),
        },
      ) > 0,
    costSince: (since) =>
      db.get(
        'SELECT coalesce(sum(cost_micro_usd), 0) AS total FROM usage WHERE created_at >= :since',
        z.object({ total: z.int() }),
        { since },
      )?.total ?? 0,
  };
}
