export { exportSession } from './exportSession.ts';
export type { ExportOptions } from './exportSession.ts';
export type { SessionRecordFile } from './sessionRecord.ts';
