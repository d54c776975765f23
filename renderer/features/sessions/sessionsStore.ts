import { createStore, type StoreApi } from 'zustand/vanilla';
import type { ApiClient, ErrorInfo, SessionView } from '../../../shared/contracts/api/index.ts';
import { makeFeatureContext } from '../../lib/featureContext.tsx';

/** Every session of this machine, newest first. */
export interface SessionsState {
  readonly status: 'loading' | 'ready' | 'failed';
  readonly sessions: readonly SessionView[];
  readonly error: ErrorInfo | null;
}

export const SessionsContext = makeFeatureContext<SessionsState, SessionsHandle>('the list of sessions');

export interface SessionsHandle {
  readonly store: StoreApi<SessionsState>;
  readonly load: () => Promise<void>;
  /** Makes a session; null and an error in the store when it could not be made. */
  readonly create: (title?: string) => Promise<SessionView | null>;
  readonly rename: (sessionId: string, title: string) => Promise<ErrorInfo | null>;
  readonly close: () => void;
}

/** The list with `session` in it: replaced or added, newest first. */
export const withSession = (sessions: readonly SessionView[], session: SessionView): readonly SessionView[] =>
  [session, ...sessions.filter(({ sessionId }) => sessionId !== session.sessionId)].sort((a, b) =>
    b.updatedAt.localeCompare(a.updatedAt),
  );

export function makeSessions({ client }: { readonly client: ApiClient }): SessionsHandle {
  const store = createStore<SessionsState>(() => ({ status: 'loading', sessions: [], error: null }));
  const put = (session: SessionView): void =>
    store.setState(({ sessions }) => ({ sessions: withSession(sessions, session) }));

  const load = async (): Promise<void> => {
    const result = await client.request('session.list', {});
    if (!result.ok) {
      store.setState(({ status }) => ({ status: status === 'ready' ? 'ready' : 'failed', error: result.error }));
      return;
    }
    const sessions = result.output.sessions.toSorted((a, b) => b.updatedAt.localeCompare(a.updatedAt));
    store.setState({ status: 'ready', sessions, error: null });
  };
  const stops = [
    client.on('session.changed', ({ session }) => put(session)),
    client.connection.subscribe((connection) => {
      if (connection === 'open') void load();
    }),
  ];

  return {
    store,
    load,
    async create(title) {
      const result = await client.request('session.create', title === undefined ? {} : { title });
      if (!result.ok) {
        store.setState({ error: result.error });
        return null;
      }
      put(result.output.session);
      store.setState({ error: null });
      return result.output.session;
    },
    async rename(sessionId, title) {
      const result = await client.request('session.rename', { sessionId, title });
      if (!result.ok) return result.error;
      put(result.output.session);
      return null;
    },
    close: () => stops.forEach((stop) => stop()),
  };
}
