import type { HistoryPage, HistoryQuery } from '../../../../shared/contracts/index.ts';
import { readDatabase } from '../database.ts';
import { makeSearchTable } from './searchTable.ts';
import { countSkipped } from './skipped.ts';

/**
 * Searches a journal that another thread or process has open and writes: a connection of its own, which only reads and
 * sees what was committed; how much can be found already is known to who has the journal. Throws what SQLite throws.
 */
export function searchJournalFile(file: string, query: HistoryQuery): HistoryPage {
  const db = readDatabase(file);
  try {
    const skipped = countSkipped(db);
    const page = makeSearchTable(db, { progress: () => null }).find(query);
    return { ...page, ...(skipped === 0 ? {} : { skipped }) };
  } finally {
    db.close();
  }
}
