import { WindowContext } from '../../lib/windowStore.ts';
import { OpenSessionContext } from './openSessionStore.ts';
import { SessionsContext } from './sessionsStore.ts';

/** Opens a session, or makes a new one, and remembers it as the last. */
export function useOpenSession(): { open(sessionId: string): void; create(): void } {
  const openSession = OpenSessionContext.useHandle();
  const sessions = SessionsContext.useHandle();
  const { store } = WindowContext.useHandle();
  const open = (sessionId: string): void => {
    store.setState({ lastSessionId: sessionId, view: 'chat', changeId: null, frameId: null });
    void openSession.open(sessionId);
  };
  return {
    open,
    create: () =>
      void sessions.create().then((session) => {
        if (session !== null) open(session.sessionId);
      }),
  };
}
