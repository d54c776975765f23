import { createStore, type StoreApi } from 'zustand/vanilla';
import type { ApiClient, ChangeView, ErrorInfo } from '../../../shared/contracts/api/index.ts';
import { makeFeatureContext } from '../../lib/featureContext.tsx';
import type { OpenSessionStore } from '../sessions/index.ts';
import { makeUndo, type UndoActions, type UndoPart } from './undo.ts';

/**
 * A change is *kept* as soon as the journal has it and *stored* when a poll of the database returned its row (the
 * replica, when it is fresh enough). The poll runs only while something is kept and not stored.
 */
export interface ChangesState extends UndoPart {
  /** Ids of the changes whose row was read back. */
  readonly stored: ReadonlySet<string>;
  /** Where the last answer came from; `none`: no database is configured or reachable. */
  readonly source: 'replica' | 'primary' | 'none' | null;
  /** Texts of changes that were opened. A change never changes, so they are read once. */
  readonly texts: ReadonlyMap<string, ChangeTexts>;
}

export type ChangeTexts =
  | { readonly kind: 'loading' }
  | { readonly kind: 'ready'; readonly before: string; readonly after: string }
  | { readonly kind: 'failed'; readonly error: ErrorInfo };

export const ChangesContext = makeFeatureContext<ChangesState, ChangesHandle>('changes');

export interface ChangesDeps {
  readonly client: ApiClient;
  readonly openSession: OpenSessionStore;
  /** Between two polls; 1 s is what the eye accepts as "soon" and costs one indexed read. */
  readonly pollMs?: number;
  /** While no database answers. */
  readonly idlePollMs?: number;
}

export interface ChangesHandle extends UndoActions {
  readonly store: StoreApi<ChangesState>;
  readonly readTexts: (changeId: string) => Promise<void>;
  readonly close: () => void;
}

export function makeChanges({ client, openSession, pollMs = 1_000, idlePollMs = 5_000 }: ChangesDeps): ChangesHandle {
  const store = createStore<ChangesState>(() => ({
    stored: new Set(),
    source: null,
    texts: new Map(),
    undos: new Map(),
  }));
  let timer: ReturnType<typeof setTimeout> | undefined;
  let polling = false;
  let polls = 0;
  let closed = false;

  const waiting = (): ChangeView[] => {
    const { stored } = store.getState();
    return [...openSession.getState().changes.values()].filter(({ changeId }) => !stored.has(changeId));
  };
  const poll = async (): Promise<void> => {
    timer = undefined;
    const due = waiting();
    // A fork shows changes of its parents, too: each session is asked about its own, one after another.
    const turn = due[polls % Math.max(1, due.length)];
    polls += 1;
    if (closed || polling || turn === undefined) return;
    const { sessionId } = turn;
    const changeIds = due.filter((change) => change.sessionId === sessionId).map(({ changeId }) => changeId);
    if (client.connection.get() === 'open') {
      polling = true;
      const result = await client.request('change.list_stored', { sessionId, changeIds: changeIds.slice(0, 500) });
      polling = false;
      if (result.ok) {
        const { source, stored: rows } = result.output;
        const stored = new Set(store.getState().stored);
        for (const { changeId } of rows) stored.add(changeId);
        store.setState({ stored, source });
      }
    }
    again(store.getState().source === 'none' ? idlePollMs : pollMs);
  };
  const again = (afterMs: number): void => {
    if (closed || timer !== undefined || polling || waiting().length === 0) return;
    timer = setTimeout(() => void poll(), afterMs);
  };
  // The first look comes soon after the change: the row is usually there within 100 ms.
  const stop = openSession.subscribe((next, before) => {
    if (next.changes !== before.changes) again(150);
  });

  const readTexts = async (changeId: string): Promise<void> => {
    if (store.getState().texts.get(changeId)?.kind === 'ready') return;
    const set = (texts: ChangeTexts): void =>
      store.setState((state) => ({ texts: new Map(state.texts).set(changeId, texts) }));
    set({ kind: 'loading' });
    const result = await client.request('change.read', { changeId });
    if (!result.ok) return set({ kind: 'failed', error: result.error });
    set({ kind: 'ready', before: result.output.before ?? '', after: result.output.after ?? '' });
  };

  return {
    store,
    readTexts,
    ...makeUndo(client, store),
    close() {
      closed = true;
      clearTimeout(timer);
      stop();
    },
  };
}
