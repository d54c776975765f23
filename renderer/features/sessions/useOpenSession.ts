import { WindowContext } from '../../lib/windowStore.ts';
import { OpenSessionContext } from './openSessionStore.ts';
import { SessionsContext } from './sessionsStore.ts';

/** Opens a session, or makes a new one, and remembers it as the last. */
export function useOpenSession(): {
  readonly open: (sessionId: string) => void;
  readonly create: () => void;
} {
  const openSession = OpenSessionContext.useHandle();
  const sessions = SessionsContext.useHandle();
  const { store } = WindowContext.useHandle();
  const open = (sessionId: string): void => {
    store.setState({ lastSessionId: sessionId, view: 'chat', changeId: null, frameId: null, entry: null });
    void openSession.open(sessionId);
  };
  const create = async (): Promise<void> => {
    const session = await sessions.create();
    if (session !== null) open(session.sessionId);
  };
  return { open, create: () => void create() };
}
