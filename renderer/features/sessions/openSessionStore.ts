import { createStore, type StoreApi } from 'zustand/vanilla';
import {
  pushedSchemas,
  type ApiClient,
  type PushedEvent,
  type PushedName,
} from '../../../shared/contracts/api/index.ts';
import { makeFeatureContext } from '../../lib/featureContext.tsx';
import { fromSnapshot, noSession, projectAll, type OpenSession } from './projection.ts';

/**
 * Keeps the opened session equal to the bridge's. Pushes are collected and applied together once per frame, so 500
 * deltas a second are at most 60 renders. While a snapshot is on its way pushes wait and are applied after it. A gap in
 * a stream, or a connection that comes back, opens the session again; what is on screen stays until the answer is there.
 */
export type OpenSessionStore = StoreApi<OpenSession>;
export const OpenSessionContext = makeFeatureContext<OpenSession, OpenSessionHandle>('the opened session');

export interface OpenSessionDeps {
  readonly client: ApiClient;
  /** Runs the callback once, at the next frame. */
  readonly schedule: (run: () => void) => void;
}

export interface OpenSessionHandle {
  readonly store: OpenSessionStore;
  /** Opens a session; a failure is in the store, never thrown. */
  readonly open: (sessionId: string) => Promise<void>;
  /** The program was opened again: whether the session is still there is not known until it is opened. */
  readonly doubt: () => void;
  /** Stops listening. */
  readonly close: () => void;
}

export function makeOpenSession({ client, schedule }: OpenSessionDeps): OpenSessionHandle {
  const store = createStore<OpenSession>(() => noSession);
  let queue: PushedEvent[] = [];
  let scheduled = false;
  let generation = 0;
  let loading = false;

  const flush = (): void => {
    scheduled = false;
    if (loading || queue.length === 0) return;
    const events = queue;
    queue = [];
    const { state, gap } = projectAll(store.getState(), events);
    if (state !== store.getState()) store.setState(state, true);
    if (gap && state.sessionId !== null) void load(state.sessionId);
  };
  const enqueue = (event: PushedEvent): void => {
    if (store.getState().sessionId === null) return;
    queue.push(event);
    if (scheduled || loading) return;
    scheduled = true;
    schedule(flush);
  };
  const load = async (sessionId: string): Promise<void> => {
    const mine = ++generation;
    loading = true;
    const result = await client.request('session.open', { sessionId });
    // Another session was opened meanwhile: this answer is nobody's.
    if (mine !== generation) return;
    loading = false;
    if (result.ok) store.setState(fromSnapshot(result.output), true);
    else if (store.getState().status === 'opening') store.setState({ status: 'failed', error: result.error });
    flush();
  };

  const stops = (Object.keys(pushedSchemas) as PushedName[]).map((name) =>
    client.on(name, (payload) => enqueue({ name, payload } as PushedEvent)),
  );
  stops.push(
    client.connection.subscribe((connection) => {
      const { sessionId } = store.getState();
      if (connection === 'open' && sessionId !== null) void load(sessionId);
    }),
  );

  return {
    store,
    async open(sessionId) {
      if (store.getState().sessionId !== sessionId || store.getState().status === 'failed') {
        queue = [];
        store.setState({ ...noSession, status: 'opening', sessionId }, true);
      }
      await load(sessionId);
    },
    doubt() {
      if (store.getState().status === 'open') store.setState({ status: 'opening' });
    },
    close: () => stops.forEach((stop) => stop()),
  };
}
