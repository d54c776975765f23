export { HistoryContext, makeHistory } from './historyStore.ts';
