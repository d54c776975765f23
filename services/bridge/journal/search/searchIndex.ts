import { z } from 'zod';
import type { JournalDatabase } from '../database.ts';
import type { Entry, EntryPlace } from './entries.ts';
import { forgetSkipped } from './skipped.ts';
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
      forgetSkipped(db, owner);
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

  return { keep };
}
