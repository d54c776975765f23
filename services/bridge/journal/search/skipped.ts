import { z } from 'zod';
import type { Logger } from '../../../../shared/node/logging/index.ts';
import type { JournalDatabase } from '../database.ts';
import type { EntryPlace } from './entries.ts';

/** Records of an earlier version that cannot be read for the search, and are not found by what they have. */
export interface SkippedRecord {
  readonly place: EntryPlace;
  readonly sessionId: string;
  /** Its id within the session. */
  readonly ref: string;
}

/** As many are named in the log; a broken journal may have tens of thousands. */
const maxNamed = 10;

const skippedRow = z
  .object({ place: z.enum(['session', 'message', 'call', 'change']), session_id: z.string(), ref: z.string() })
  .transform(({ place, session_id: sessionId, ref }): SkippedRecord => ({ place, sessionId, ref }));

/** Once for each record: read again after a slice that failed, it stands there already. */
export function keepSkipped(db: JournalDatabase, { place, sessionId, ref }: SkippedRecord): void {
  db.run('INSERT OR IGNORE INTO search_skipped (place, session_id, ref) VALUES (:place, :sessionId, :ref)', {
    place,
    sessionId,
    ref,
  });
}

/** A record that was written anew is found again. */
export function forgetSkipped(db: JournalDatabase, { place, sessionId, ref }: SkippedRecord): void {
  db.run('DELETE FROM search_skipped WHERE session_id = :sessionId AND place = :place AND ref = :ref', {
    place,
    sessionId,
    ref,
  });
}

/** Those that are still there: what was removed since, by whatever, cannot be missed. */
const existing = `FROM search_skipped AS s WHERE CASE place
  WHEN 'session' THEN EXISTS (SELECT 1 FROM sessions WHERE session_id = s.session_id)
  WHEN 'message' THEN EXISTS (SELECT 1 FROM messages WHERE session_id = s.session_id AND message_id = s.ref)
  WHEN 'call' THEN EXISTS (SELECT 1 FROM calls WHERE session_id = s.session_id AND call_id = s.ref)
  ELSE EXISTS (SELECT 1 FROM changes WHERE session_id = s.session_id AND change_id = s.ref) END`;

export const countSkipped = (db: JournalDatabase): number =>
  db.get(`SELECT count(*) AS n ${existing}`, z.object({ n: z.int() }))?.n ?? 0;

/** One line: how many, how many of each kind, and which the first are. What stands in them is nobody's business. */
export function warnOfSkipped(db: JournalDatabase, logger: Pick<Logger, 'warn'>): void {
  const counts = db.all(
    `SELECT place, count(*) AS n ${existing} GROUP BY place`,
    z.object({ place: z.string(), n: z.int() }),
  );
  if (counts.length === 0) return;
  const first = db.all(
    `SELECT place, session_id, ref ${existing} ORDER BY session_id, place, ref LIMIT ${maxNamed}`,
    skippedRow,
  );
  const skipped = counts.reduce((sum, { n }) => sum + n, 0);
  const places = Object.fromEntries(counts.map(({ place, n }) => [place, n]));
  logger.warn({ skipped, places, first }, 'records of older sessions cannot be read; the search does not find them');
}
