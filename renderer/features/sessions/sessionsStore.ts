import { createStore, type StoreApi } from 'zustand/vanilla';
import type {
  ApiClient,
  ApiResult,
  DeletionView,
  ErrorInfo,
  SessionView,
} from '../../../shared/contracts/api/index.ts';
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
  /** Archives it, or brings it back; an error in the store when that is refused. */
  readonly archive: (sessionId: string, archived: boolean) => Promise<void>;
  /** A session that goes on from the end of this one; null and an error in the store when it could not be made. */
  readonly fork: (sessionId: string) => Promise<SessionView | null>;
  /** Exports it and gives the file to the person. */
  readonly save: (sessionId: string, format: 'markdown' | 'json') => Promise<void>;
  readonly describeDeletion: (sessionId: string) => Promise<ApiResult<DeletionView>>;
  readonly remove: (sessionId: string, forks: string[]) => Promise<ErrorInfo | null>;
  readonly close: () => void;
}

/** It was ended by a person: out of the lists, and found by the search. */
export const isArchived = ({ status }: SessionView): boolean => status === 'ended';

/** The list with `session` in it: replaced or added, newest first. */
export const withSession = (sessions: readonly SessionView[], session: SessionView): readonly SessionView[] =>
  [session, ...sessions.filter(({ sessionId }) => sessionId !== session.sessionId)].sort((a, b) => newestFirst(a, b));

/** ISO 8601 in UTC sorts as it is; a collator is twenty times as slow, and there may be 10,000. */
const newestFirst = (a: SessionView, b: SessionView): number =>
  a.updatedAt === b.updatedAt ? 0 : a.updatedAt < b.updatedAt ? 1 : -1;

export interface SessionsDeps {
  readonly client: ApiClient;
  readonly saveFile: (file: {
    readonly fileName: string;
    readonly mimeType: string;
    readonly bytes: Uint8Array;
  }) => void;
  readonly newId: () => string;
}

export function makeSessions({ client, saveFile, newId }: SessionsDeps): SessionsHandle {
  const store = createStore<SessionsState>(() => ({ status: 'loading', sessions: [], error: null }));
  const put = (session: SessionView): void =>
    store.setState(({ sessions }) => ({ sessions: withSession(sessions, session) }));

  const load = async (): Promise<void> => {
    const result = await client.request('session.list', {});
    if (!result.ok) {
      store.setState(({ status }) => ({ status: status === 'ready' ? 'ready' : 'failed', error: result.error }));
      return;
    }
    const sessions = result.output.sessions.toSorted(newestFirst);
    store.setState({ status: 'ready', sessions, error: null });
  };
  const stops = [
    client.on('session.changed', ({ session }) => put(session)),
    client.on('session.deleted', ({ sessionIds }) => {
      const gone = new Set(sessionIds);
      store.setState(({ sessions }) => ({ sessions: sessions.filter(({ sessionId }) => !gone.has(sessionId)) }));
    }),
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
    async archive(sessionId, archived) {
      const result = await client.request('session.archive', { sessionId, archived });
      if (result.ok) put(result.output.session);
      store.setState({ error: result.ok ? null : result.error });
    },
    async fork(sessionId) {
      const result = await client.request('session.fork', { sessionId, newSessionId: newId() });
      if (!result.ok) {
        store.setState({ error: result.error });
        return null;
      }
      put(result.output.session);
      store.setState({ error: null });
      return result.output.session;
    },
    async save(sessionId, format) {
      const result = await client.request('session.export', { sessionId, format });
      store.setState({ error: result.ok ? null : result.error });
      if (result.ok) saveFile(result.output);
    },
    describeDeletion: (sessionId) => client.request('session.describe_deletion', { sessionId }),
    async remove(sessionId, forks) {
      const result = await client.request('session.delete', { sessionId, forks });
      return result.ok ? null : result.error;
    },
    close: () => stops.forEach((stop) => stop()),
  };
}
