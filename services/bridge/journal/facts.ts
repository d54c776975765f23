import { z } from 'zod';
import type { JournalDatabase } from './database.ts';
import type { SessionTable } from './sessions.ts';

/** What the model was told outside a call's output: how a write was settled, what the developer undid. */
export interface FactTable {
  /** Call it in the transaction that makes it true. */
  readonly insert: (sessionId: string, text: string) => void;
  /** In the order of the session; `position` is that of messages and calls. */
  readonly list: (sessionId: string) => { readonly position: number; readonly text: string }[];
}

const factRow = z.object({ position: z.int(), text: z.string() });

export function makeFactTable(options: {
  readonly db: JournalDatabase;
  readonly sessions: SessionTable;
  readonly now: () => string;
}): FactTable {
  const { db, sessions, now } = options;
  return {
    insert(sessionId, text) {
      db.transact(() => {
        db.run('INSERT INTO facts (session_id, position, text, created_at) VALUES (:session, :position, :text, :at)', {
          session: sessionId,
          position: sessions.takePosition(sessionId),
          text,
          at: now(),
        });
      });
    },
    list: (sessionId) =>
      db.all('SELECT position, text FROM facts WHERE session_id = :session ORDER BY position', factRow, {
        session: sessionId,
      }),
  };
}
