import { WindowContext } from '../../lib/windowStore.ts';
import { OpenSessionContext } from './openSessionStore.ts';
import { SessionsContext } from './sessionsStore.ts';

/** Opens a session, or makes a new one or a fork, and remembers it as the last. */
export function useOpenSession(): {
  readonly open: (sessionId: string) => void;
  readonly create: () => void;
  readonly fork: (sessionId: string) => void;
} {
  const openSession = OpenSessionContext.useHandle();
  const sessions = SessionsContext.useHandle();
  const { store } = WindowContext.useHandle();
  const show = (sessionId: string): void => {
    store.setState({ lastSessionId: sessionId, changeId: null, frameId: null, entry: null });
    void openSession.open(sessionId);
  };
  const open = (sessionId: string): void => {
    store.setState({ view: 'chat' });
    show(sessionId);
  };
  const create = async (): Promise<void> => {
    // At once: who goes on to another screen meanwhile stays there.
    store.setState({ view: 'chat' });
    const session = await sessions.create();
    if (session !== null) show(session.sessionId);
  };
  const fork = async (sessionId: string): Promise<void> => {
    const made = await sessions.fork(sessionId);
    if (made !== null) open(made.sessionId);
  };
  return { open, create: () => void create(), fork: (sessionId) => void fork(sessionId) };
}
