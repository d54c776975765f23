export { ForkedFrom } from './ForkedFrom.tsx';
export { OpenSessionContext, makeOpenSession } from './openSessionStore.ts';
export type { OpenSessionHandle, OpenSessionStore } from './openSessionStore.ts';
export type { OpenSession, TranscriptEntry } from './projection.ts';
export { SessionsContext, makeSessions } from './sessionsStore.ts';
export type { SessionsHandle, SessionsState } from './sessionsStore.ts';
export { SessionsSidebar } from './SessionsSidebar.tsx';
export { useOpenSession } from './useOpenSession.ts';
