import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';

/** What the journal's file says, read behind the back of the bridge that has it open. */
export interface JournalEvidence {
  /** `ok`, or what SQLite found. */
  readonly integrity: string;
  /** Sessions whose events do not count 1, 2, 3, … */
  readonly brokenSequences: readonly string[];
  /** Calls of the model. */
  readonly calls: readonly {
    readonly sessionId: string;
    readonly callId: string;
    readonly state: string;
    readonly output: string | null;
    /** Writes that were meant for it. */
    readonly writes: number;
    /** SPARK ended while it was going on. */
    readonly cutOff: boolean;
  }[];
}

const integrityRow = z.object({ integrity_check: z.string() });
const brokenRow = z.object({ session_id: z.string() });
const callRow = z.object({
  session_id: z.string(),
  call_id: z.string(),
  state: z.string(),
  output: z.string().nullable(),
  writes: z.int(),
  cut_off: z.int(),
});

export function readJournalEvidence(file: string): JournalEvidence {
  const db = new DatabaseSync(file, { readOnly: true });
  try {
    const found = db.prepare('PRAGMA integrity_check').all();
    const broken = db
      .prepare('SELECT session_id FROM outbox GROUP BY session_id HAVING min(seq) <> 1 OR max(seq) <> count(*)')
      .all();
    const calls = db
      .prepare(
        `SELECT session_id, call_id, state, output, (SELECT count(*) FROM ledger
           WHERE ledger.session_id = calls.session_id AND ledger.call_id = calls.call_id) AS writes,
           coalesce(error LIKE '%SPARK ended%', 0) AS cut_off
         FROM calls WHERE origin = 'model'`,
      )
      .all();
    return {
      integrity: found.map((row) => integrityRow.parse(row).integrity_check).join('; '),
      brokenSequences: broken.map((row) => brokenRow.parse(row).session_id),
      calls: calls.map((row) => {
        const { session_id: sessionId, call_id: callId, cut_off: cutOff, ...rest } = callRow.parse(row);
        return { sessionId, callId, cutOff: cutOff === 1, ...rest };
      }),
    };
  } finally {
    db.close();
  }
}
