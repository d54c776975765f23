import { z } from 'zod';
import type { BudgetScope } from '../../../shared/contracts/index.ts';
import type { JournalDatabase } from './database.ts';

/** What may be spent beyond a budget, in whole micro-dollars. The key is the turn's, the session's, or the UTC day. */
export interface BudgetExtensionTable {
  /** 0 where nothing was allowed beyond. */
  readonly get: (scope: BudgetScope, key: string) => number;
  readonly set: (scope: BudgetScope, key: string, microUsd: number) => void;
}

const row = z.object({ micro_usd: z.int() });

export function makeBudgetExtensionTable(db: JournalDatabase): BudgetExtensionTable {
  return {
    get: (scope, key) =>
      db.get('SELECT micro_usd FROM budget_extensions WHERE scope = :scope AND key = :key', row, { scope, key })
        ?.micro_usd ?? 0,
    set(scope, key, microUsd) {
      db.run(
        `INSERT INTO budget_extensions (scope, key, micro_usd) VALUES (:scope, :key, :microUsd)
         ON CONFLICT (scope, key) DO UPDATE SET micro_usd = excluded.micro_usd`,
        { scope, key, microUsd },
      );
    },
  };
}
