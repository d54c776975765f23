import { z } from 'zod';
import type { ResponseUsage } from '../realtime/types.ts';
import type { JournalDatabase } from './database.ts';

/** What each response of a model used and cost. */
export interface UsageTable {
  /** False when this response was already counted. `costMicroUsd` is null when the price is not known. */
  readonly insert: (sessionId: string, usage: ResponseUsage, costMicroUsd: number | null) => boolean;
  /** Sum of the known costs since `since` (ISO 8601). */
  readonly costSince: (since: string) => number;
}

export function makeUsageTable(db: JournalDatabase, now: () => string): UsageTable {
  return {
    insert: (sessionId, usage, costMicroUsd) =>
      db.run(
        `INSERT INTO usage (session_id, response_id, model, usage, cost_micro_usd, created_at)
         VALUES (:session, :response, :model, :usage, :cost, :at) ON CONFLICT DO NOTHING`,
        {
          session: sessionId,
          response: usage.responseId,
          model: usage.model,
          usage: JSON.stringify(usage),
          cost: costMicroUsd,
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
