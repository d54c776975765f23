export { readSessionRecord } from './sessionRecord.ts';
export type { SessionRecordFile } from './sessionRecord.ts';
export { toMarkdown } from './toMarkdown.ts';
