export { leadsToJournal, makeJournalSink } from './journal.ts';
export { makeLogger, redactUrl } from './logger.ts';
export type { Logger, LoggerOptions } from './logger.ts';
export { makeLogTail } from './tail.ts';
export type { LogTail } from './tail.ts';
