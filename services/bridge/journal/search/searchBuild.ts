import { z } from 'zod';
import { changeViewSchema, errorInfoSchema, messageViewSchema } from '../../../../shared/contracts/index.ts';
import type { Logger } from '../../../../shared/node/logging/index.ts';
import type { JournalDatabase } from '../database.ts';
import {
  entriesOfCall,
  entriesOfChange,
  entriesOfMessage,
  entriesOfTitle,
  type Entry,
  type EntryPlace,
} from './entries.ts';
import type { SearchIndex } from './searchIndex.ts';
import { keepSkipped, warnOfSkipped } from './skipped.ts';

/**
 * Reads what a journal of an earlier version has into the index, in slices. Where it is stands in the journal, in the
 * transaction of each slice: ended in the middle it goes on there. What is written meanwhile is kept by its own writer;
 * read again here it gives the same entries. 110,000 records take 33 s of CPU, so nothing waits for it. A record that
 * cannot be read is left out and counted: it must not hold up the others. The log gets one line of all of them when the
 * reading ends (`skipped.ts`).
 */
export interface SearchBuild {
  /** Per cent of the records that are read; null when all are. */
  readonly progress: () => number | null;
  /** Reads records until `sliceMs` is over, at least one; false when none is left. */
  readonly step: (sliceMs: number) => boolean;
}

/** Records that are fetched at a time: what a slice leaves of them is fetched again by the next one. */
const pageRows = 20;

export function makeSearchBuild(options: {
  readonly db: JournalDatabase;
  readonly index: SearchIndex;
  readonly logger: Pick<Logger, 'warn'>;
  /** Milliseconds that only grow. */
  readonly elapsed?: () => number;
}): SearchBuild {
  const { db, index, logger, elapsed = () => performance.now() } = options;
  const isBuilt = (): boolean => db.get('SELECT 1 AS found FROM search_built', z.object({})) !== undefined;
  const positions = (): Position[] => db.all('SELECT place, row, last FROM search_progress', positionRow);
  let left: Position[] = isBuilt() ? [] : begin();

  /** How far each table must be read: what comes after is kept when it is written. */
  function begin(): Position[] {
    return db.transact(() => {
      if (positions().length === 0) {
        for (const { place, table } of sources) {
          db.run(
            `INSERT INTO search_progress (place, row, last) SELECT :place, 0, coalesce(max(rowid), 0) FROM ${table}`,
            { place },
          );
        }
      }
      const found = positions();
      if (found.every(({ row, last }) => row >= last)) finish();
      return isBuilt() ? [] : found;
    });
  }

  function finish(): void {
    db.run('INSERT INTO search_built (version) VALUES (1)');
    db.run('DELETE FROM search_progress');
    db.afterCommit(() => warnOfSkipped(db, logger));
  }

  /** Reads on from a position until the time is over or all is read; where it came. */
  function readOn({ place, row, last }: Position, isOver: () => boolean): number {
    const source = sources.find((one) => one.place === place);
    if (source === undefined) return last;
    let at = row;
    for (;;) {
      const records = source.read(db, at, last);
      for (const record of records) {
        if (record.kind === 'unreadable') keepSkipped(db, { place, sessionId: record.sessionId, ref: record.ref });
        else {
          const { sessionId, ref, createdAt, entries } = record;
          index.keep({ sessionId, place, ref, at: createdAt }, entries);
        }
        at = record.row;
        if (isOver()) return at;
      }
      if (records.length < pageRows) return last;
    }
  }

  return {
    progress() {
      if (left.length === 0) return null;
      const all = left.reduce((sum, { last }) => sum + last, 0);
      const read = left.reduce((sum, { row }) => sum + row, 0);
      return Math.min(99, Math.floor((100 * read) / Math.max(1, all)));
    },
    step(sliceMs) {
      if (left.length === 0) return false;
      const until = elapsed() + sliceMs;
      const isOver = (): boolean => elapsed() >= until;
      db.transact(() => {
        for (const position of left) {
          if (position.row >= position.last) continue;
          const row = readOn(position, isOver);
          db.run('UPDATE search_progress SET row = :row WHERE place = :place', { row, place: position.place });
          if (isOver()) break;
        }
        const now = positions();
        if (now.some(({ row, last }) => row < last)) return;
        finish();
      });
      // Read back: of a transaction that failed nothing is taken for done.
      left = isBuilt() ? [] : positions();
      return left.length > 0;
    },
  };
}

const positionRow = z.object({ place: z.enum(['session', 'message', 'call', 'change']), row: z.int(), last: z.int() });
type Position = z.output<typeof positionRow>;

interface Readable {
  readonly kind: 'record';
  readonly row: number;
  readonly sessionId: string;
  readonly ref: string;
  readonly createdAt: string;
  readonly entries: readonly Entry[];
}
interface Unreadable {
  readonly kind: 'unreadable';
  readonly row: number;
  readonly sessionId: string;
  readonly ref: string;
}
interface Source {
  readonly place: EntryPlace;
  readonly table: string;
  /** The next page of records after a row, as far as `last`. */
  readonly read: (db: JournalDatabase, after: number, last: number) => (Readable | Unreadable)[];
}

/** What every row has, whatever else is wrong with it: these columns are text by the schema. */
const anyRow = z.looseObject({ row: z.int(), session_id: z.string(), ref: z.string() });
const recordShape = { row: z.int(), session_id: z.string(), ref: z.string(), created_at: z.string() };
const json = z.string().transform((text): unknown => JSON.parse(text));
/** What a model sends as arguments may be any text. */
const anyJson = z.string().transform((text): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
});
const errorJson = json.pipe(errorInfoSchema).nullable();

function sourceOf<R extends z.ZodType<{ row: number; session_id: string; ref: string; created_at: string }>>(
  place: EntryPlace,
  table: string,
  columns: string,
  row: R,
  entriesOf: (record: z.output<R>) => readonly Entry[],
): Source {
  const sql = `SELECT rowid AS row, session_id, created_at, ${columns} FROM ${table}
    WHERE rowid > :after AND rowid <= :last ORDER BY rowid LIMIT ${pageRows}`;
  return {
    place,
    table,
    read: (db, after, last) =>
      db.all(sql, anyRow, { after, last }).map((found) => {
        const { row: at, session_id: sessionId, ref } = found;
        try {
          const record = row.parse(found);
          const entries = entriesOf(record);
          return { kind: 'record', row: at, sessionId, ref, createdAt: record.created_at, entries };
        } catch {
          return { kind: 'unreadable', row: at, sessionId, ref };
        }
      }),
  };
}

const sources: readonly Source[] = [
  sourceOf(
    'session',
    'sessions',
    'session_id AS ref, title, title_is_default AS titleIsDefault',
    z.object({ ...recordShape, title: z.string(), titleIsDefault: z.int().transform((value) => value === 1) }),
    entriesOfTitle,
  ),
  sourceOf(
    'message',
    'messages',
    'message_id AS ref, role, status, text, error',
    z.object({
      ...recordShape,
      role: messageViewSchema.shape.role,
      status: messageViewSchema.shape.status,
      text: z.string(),
      error: errorJson,
    }),
    entriesOfMessage,
  ),
  sourceOf(
    'call',
    'calls',
    'call_id AS ref, name, summary, arguments_json AS arguments, error, result',
    z.object({
      ...recordShape,
      name: z.string(),
      summary: z.string(),
      arguments: anyJson,
      error: errorJson,
      result: anyJson.nullable(),
    }),
    entriesOfCall,
  ),
  sourceOf(
    'change',
    'changes',
    'change_id AS ref, path, subject, compile_errors AS compileErrors',
    z.object({
      ...recordShape,
      path: z.string(),
      subject: z.string().nullable(),
      compileErrors: json.pipe(changeViewSchema.shape.compileErrors),
    }),
    (record) => entriesOfChange({ ...record, subject: record.subject ?? undefined }),
  ),
];
