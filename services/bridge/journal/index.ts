export { openJournal } from './journal.ts';
export type { Journal, JournalOptions } from './journal.ts';
export type { JournalTables } from './tables.ts';
export type { CallOrigin, CallRecord } from './calls.ts';
export type { ChangeContent } from './changes.ts';
export type { Ledger, LedgerRecord } from './ledger.ts';
export type { EventSource, Outbox, OutboxRow } from './outbox.ts';
export type { SessionRecord } from './sessions.ts';
export { sha256Of } from './blobs.ts';
