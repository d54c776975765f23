import { z } from 'zod';
import { changeViewSchema, errorInfoSchema, messageViewSchema } from '../../../../shared/contracts/index.ts';
import type { JournalDatabase } from '../database.ts';
import {
  entriesOfCall,
  entriesOfChange,
  entriesOfMessage,
  entriesOfTitle,
  type Entry,
  type EntryPlace,
} from './entries.ts';
import { toIndexText } from './words.ts';

/** The record that entries belong to. */
export interface Owner {
  readonly sessionId: string;
  readonly place: EntryPlace;
  /** Its id within the session. */
  readonly ref: string;
  /** ISO 8601. */
  readonly at: string;
}

/**
 * What can be found. It is written in the transaction of the fact itself: what is kept is found, also after a crash. The
 * texts of messages are not kept twice; the index of FTS5 holds words only (`contentless_delete`).
 */
export interface SearchIndex {
  /** Replaces what the record was found by. */
  readonly keep: (owner: Owner, entries: readonly Entry[]) => void;
  /** Reads everything that a journal of an earlier version has; once, in one transaction. */
  readonly build: () => void;
}

const knownRow = z.object({ id: z.int(), kind: z.string(), text: z.string().nullable() });

export function makeSearchIndex(db: JournalDatabase): SearchIndex {
  const forget = (id: number): void => {
    db.run('DELETE FROM search_text WHERE rowid = :id', { id });
  };
  const index = (id: number, entry: Entry): void => {
    db.run('INSERT INTO search_text (rowid, words) VALUES (:id, :words)', { id, words: toIndexText(entry.indexed) });
  };
  const add = (owner: Owner, entry: Entry): void => {
    const row = db.get(
      `INSERT INTO search_entries (session_id, place, ref, kind, at, text)
       VALUES (:session, :place, :ref, :kind, :at, :text) RETURNING id`,
      z.object({ id: z.int() }),
      {
        session: owner.sessionId,
        place: owner.place,
        ref: owner.ref,
        kind: entry.kind,
        at: owner.at,
        text: entry.text,
      },
    );
    if (row !== undefined) index(row.id, entry);
  };

  function keep(owner: Owner, entries: readonly Entry[]): void {
    db.transact(() => {
      const known = new Map(
        db
          .all(
            'SELECT id, kind, text FROM search_entries WHERE session_id = :session AND place = :place AND ref = :ref',
            knownRow,
            { session: owner.sessionId, place: owner.place, ref: owner.ref },
          )
          .map((row) => [row.kind, row]),
      );
      for (const entry of entries) {
        const old = known.get(entry.kind);
        known.delete(entry.kind);
        if (old === undefined) add(owner, entry);
        else if (old.text !== entry.text || entry.text === null) {
          forget(old.id);
          db.run('UPDATE search_entries SET text = :text WHERE id = :id', { text: entry.text, id: old.id });
          index(old.id, entry);
        }
      }
      for (const { id } of known.values()) {
        forget(id);
        db.run('DELETE FROM search_entries WHERE id = :id', { id });
      }
    });
  }

  const addAll = (row: z.output<typeof ofRecord>, place: EntryPlace, entries: readonly Entry[]): void => {
    const owner = { sessionId: row.session_id, place, ref: row.ref, at: row.created_at };
    for (const entry of entries) add(owner, entry);
  };
  function buildAll(): void {
    for (const row of pages(
      db,
      'session_id AS ref, title, title_is_default AS titleIsDefault FROM sessions',
      titleRow,
    )) {
      addAll(row, 'session', entriesOfTitle(row));
    }
    for (const row of pages(db, 'message_id AS ref, role, status, text, error FROM messages', messageRow)) {
      addAll(row, 'message', entriesOfMessage(row));
    }
    const ofCalls = 'call_id AS ref, name, summary, arguments_json AS arguments, error, result FROM calls';
    for (const row of pages(db, ofCalls, callRow)) addAll(row, 'call', entriesOfCall(row));
    const ofChanges = 'change_id AS ref, path, subject, compile_errors AS compileErrors FROM changes';
    for (const row of pages(db, ofChanges, changeRow)) {
      addAll(row, 'change', entriesOfChange({ ...row, subject: row.subject ?? undefined }));
    }
  }

  return {
    keep,
    build() {
      if (db.get('SELECT 1 AS found FROM search_built', z.object({})) !== undefined) return;
      db.transact(() => {
        buildAll();
        db.run('INSERT INTO search_built (version) VALUES (1)');
      });
    },
  };
}

const ofRecord = z.object({ row: z.int(), session_id: z.string(), ref: z.string(), created_at: z.string() });
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
const titleRow = ofRecord.extend({ title: z.string(), titleIsDefault: z.int().transform((value) => value === 1) });
const messageRow = ofRecord.extend({
  role: messageViewSchema.shape.role,
  status: messageViewSchema.shape.status,
  text: z.string(),
  error: errorJson,
});
const callRow = ofRecord.extend({
  name: z.string(),
  summary: z.string(),
  arguments: anyJson,
  error: errorJson,
  result: anyJson.nullable(),
});
const changeRow = ofRecord.extend({
  path: z.string(),
  subject: z.string().nullable(),
  compileErrors: json.pipe(changeViewSchema.shape.compileErrors),
});

const pageRows = 1_000;

/** A page at a time: a journal may be larger than the memory. */
function* pages<R extends z.ZodType<{ readonly row: number }>>(
  db: JournalDatabase,
  from: string,
  row: R,
): Generator<z.output<R>> {
  for (let after = 0; ;) {
    const sql = `SELECT rowid AS row, session_id, created_at, ${from} WHERE rowid > :after ORDER BY rowid LIMIT ${pageRows}`;
    const rows = db.all(sql, row, { after });
    yield* rows;
    const last = rows.at(-1);
    if (last === undefined) return;
    after = last.row;
  }
}
