import { readJournalFile } from '../journal/index.ts';
import { readSessionRecord } from './sessionRecord.ts';
import { toMarkdown } from './toMarkdown.ts';

export interface ExportOptions {
  readonly sessionId: string;
  readonly format: 'markdown' | 'json';
  /** ISO 8601. */
  readonly exportedAt: string;
  readonly spark: string;
}

/**
 * A whole session as a file, UTF-8: read from a journal that another thread has open and writes, as it is in one moment.
 * Throws AppError `not_found`, and what SQLite throws. A session of 100 MB takes seconds: for a thread of its own.
 */
export function exportSession(journalFile: string, options: ExportOptions): Uint8Array {
  const { sessionId, format, exportedAt, spark } = options;
  const record = readJournalFile(journalFile, (tables) => readSessionRecord(tables, sessionId, { exportedAt, spark }));
  const text = format === 'json' ? JSON.stringify(record, null, 2) : toMarkdown(record);
  return Buffer.from(text.toWellFormed(), 'utf8');
}
