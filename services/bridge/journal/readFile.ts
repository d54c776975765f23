import { InvariantError } from '../../../shared/errors/index.ts';
import { makeBlobStore } from './blobs.ts';
import { makeBuildTable } from './builds.ts';
import { makeCallTable } from './calls.ts';
import { makeChangeTable } from './changes.ts';
import { readDatabase } from './database.ts';
import { makeFactTable } from './facts.ts';
import { makeFrameTable } from './frames.ts';
import { makeMessageImageTable } from './messageImages.ts';
import { makeMessageTable } from './messages.ts';
import type { SearchIndex } from './search/searchIndex.ts';
import { makeSessionTable } from './sessions.ts';
import type { JournalTables } from './tables.ts';
import { makeUsageTable } from './usage.ts';

/** What a session is made of. */
export type SessionTables = Pick<
  JournalTables,
  'sessions' | 'messages' | 'calls' | 'facts' | 'changes' | 'frames' | 'builds' | 'usage'
>;

/**
 * Reads sessions of a journal that another thread or process has open and writes: a connection of its own, which only
 * reads, and all of it as it was committed in one moment. Throws what `read` and SQLite throw.
 */
export function readJournalFile<T>(file: string, read: (tables: SessionTables) => T): T {
  const db = readDatabase(file);
  const now = (): string => new Date().toISOString();
  try {
    const blobs = makeBlobStore(db);
    const search = readOnlyIndex;
    const sessions = makeSessionTable({ db, search, now });
    return db.readAtOnce(() =>
      read({
        sessions,
        messages: makeMessageTable({ db, sessions, images: makeMessageImageTable(db, blobs), search, now }),
        calls: makeCallTable({ db, sessions, search, now }),
        facts: makeFactTable({ db, sessions, now }),
        changes: makeChangeTable({ db, blobs, search }),
        frames: makeFrameTable({ db, blobs, clock: Date.now }),
        builds: makeBuildTable(db),
        usage: makeUsageTable(db, now),
      }),
    );
  } finally {
    db.close();
  }
}

const readOnlyIndex: SearchIndex = {
  keep() {
    throw new InvariantError('A journal that is only read was written.');
  },
};
