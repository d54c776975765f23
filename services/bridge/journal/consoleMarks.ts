import { z } from 'zod';
import type { ConsoleMark } from '../unity/types.ts';
import type { JournalDatabase } from './database.ts';

/** Where Unity's console stood when a call began its work, of every session. The newest rows are kept. */
export interface ConsoleMarkTable {
  /** Replaces the call's mark. */
  readonly keep: (sessionId: string, callId: string, mark: ConsoleMark) => void;
  readonly get: (sessionId: string, callId: string) => ConsoleMark | null;
  /** Of one editor, in the order in which they were taken. */
  readonly ofEditor: (instanceId: string) => KeptMark[];
}

export interface KeptMark {
  readonly sessionId: string;
  readonly callId: string;
  readonly mark: ConsoleMark;
}

/** Unity's console holds the messages of far fewer calls. */
const keptRows = 2_000;
const markSchema = z.object({
  instanceId: z.string().nullable(),
  total: z.int().nonnegative(),
  print: z.string(),
  logs: z.object({ count: z.int().nonnegative(), print: z.string() }).optional(),
});
const markRow = z
  .object({ session_id: z.string(), call_id: z.string(), mark: z.string() })
  .transform((row): KeptMark => ({
    sessionId: row.session_id,
    callId: row.call_id,
    mark: markSchema.parse(JSON.parse(row.mark)),
  }));

export function makeConsoleMarkTable(db: JournalDatabase): ConsoleMarkTable {
  return {
    keep(session, call, mark) {
      db.transact(() => {
        // A row of its own again: its id is its place in time.
        db.run('DELETE FROM console_marks WHERE session_id = :session AND call_id = :call', { session, call });
        db.run(
          'INSERT INTO console_marks (session_id, call_id, instance_id, mark) VALUES (:session, :call, :instance, :mark)',
          { session, call, instance: mark.instanceId, mark: JSON.stringify(mark) },
        );
        db.run('DELETE FROM console_marks WHERE id <= (SELECT max(id) FROM console_marks) - :kept', { kept: keptRows });
      });
    },
    get: (session, call) =>
      db.get(
        'SELECT session_id, call_id, mark FROM console_marks WHERE session_id = :session AND call_id = :call',
        markRow,
        { session, call },
      )?.mark ?? null,
    ofEditor: (instance) =>
      db.all('SELECT session_id, call_id, mark FROM console_marks WHERE instance_id = :instance ORDER BY id', markRow, {
        instance,
      }),
  };
}
