export { HistoryScreen } from './LazyHistoryScreen.tsx';
export { emptyFilter, HistoryContext, makeHistory } from './historyStore.ts';
export { makeTeam, TeamContext } from './teamStore.ts';
