export { readSessionRecord } from './sessionRecord.ts';
export { toMarkdown } from './toMarkdown.ts';
