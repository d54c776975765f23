import { z } from 'zod';
import type { JournalDatabase } from './database.ts';

/** How much the journal holds. */
export interface JournalStats {
  /** Of its file, in bytes. */
  readonly journalBytes: number;
  readonly sessions: number;
  readonly messages: number;
  readonly changes: number;
}

const countRow = z.object({ n: z.int() });

export function readStats(db: JournalDatabase): JournalStats {
  const count = (sql: string): number => db.get(sql, countRow)?.n ?? 0;
  return {
    journalBytes: count('SELECT page_count * page_size AS n FROM pragma_page_count, pragma_page_size'),
    sessions: count('SELECT count(*) AS n FROM sessions'),
    messages: count("SELECT count(*) AS n FROM messages WHERE role <> 'notice'"),
    changes: count('SELECT count(*) AS n FROM changes'),
  };
}
