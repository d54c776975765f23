export { HistoryScreen } from './LazyHistoryScreen.tsx';
export { emptyFilter, HistoryContext, makeHistory } from './historyStore.ts';
