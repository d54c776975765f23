import { createStore, type StoreApi } from 'zustand/vanilla';
import type { ApiClient, ErrorInfo, RouteOutput } from '../../../shared/contracts/api/index.ts';
import type { Uas } from '../../../shared/contracts/uas.ts';
import { makeFeatureContext } from '../../lib/featureContext.tsx';

type Described = RouteOutput<'asset.ingest'>;
export type Snapshot = RouteOutput<'asset.snapshots'>['snapshots'][number];

/** Assets that were found, and the one that is looked at: what it is, its tree, and an earlier tree beside it. */
export interface AssetsState {
  readonly word: string;
  readonly found: RouteOutput<'asset.search'> | null;
  readonly searching: boolean;
  /** The asset that is looked at. */
  readonly path: string | null;
  readonly described: Described | null;
  readonly tree: Uas | null;
  readonly treeCallId: string | null;
  readonly loading: boolean;
  /** Earlier trees of this asset. */
  readonly snapshots: readonly Snapshot[];
  readonly earlier: { readonly snapshot: Snapshot; readonly uas: Uas } | null;
  readonly error: ErrorInfo | null;
}

export interface AssetsHandle {
  readonly store: StoreApi<AssetsState>;
  /** After a short pause; only the newest word's answer is shown. */
  readonly search: (sessionId: string, word: string) => void;
  /** Takes an asset apart and reads what it refers to, and what refers to it. */
  readonly open: (sessionId: string, path: string) => Promise<void>;
  readonly close: () => void;
  /** Copies a file of this machine in; the asset it became is opened. */
  readonly bringIn: (sessionId: string, source: string) => Promise<boolean>;
  /** Null ends the comparison. */
  readonly compare: (snapshot: Snapshot | null) => Promise<void>;
}

export const AssetsContext = makeFeatureContext<AssetsState, AssetsHandle>('assets');

const noAsset = {
  path: null,
  described: null,
  tree: null,
  treeCallId: null,
  loading: false,
  snapshots: [],
  earlier: null,
  error: null,
} as const;

export function makeAssets({
  client,
  pauseMs = 200,
}: {
  readonly client: ApiClient;
  readonly pauseMs?: number;
}): AssetsHandle {
  const store = createStore<AssetsState>(() => ({ word: '', found: null, searching: false, ...noAsset }));
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function ask(sessionId: string, word: string): Promise<void> {
    const result = await client.request('asset.search', { sessionId, query: word.slice(0, 128) });
    if (store.getState().word !== word) return;
    store.setState(
      result.ok
        ? { found: result.output, searching: false, error: null }
        : { found: null, searching: false, error: result.error },
    );
  }

  async function open(sessionId: string, path: string, described: Described | null = null): Promise<void> {
    store.setState({ ...noAsset, path, described, loading: true });
    // One after another: Unity does one thing at a time anyway, and the tree is what is waited for.
    const isStill = (): boolean => store.getState().path === path;
    const apart = await client.request('asset.deconstruct', { sessionId, path });
    if (!isStill()) return;
    if (apart.ok) store.setState({ tree: apart.output.uas, treeCallId: apart.output.callId });
    else store.setState({ error: apart.error });
    store.setState({ loading: false });
    if (described === null) {
      const told = await client.request('asset.ingest', { sessionId, path });
      if (!isStill()) return;
      if (told.ok) store.setState({ described: told.output });
      else if (apart.ok) store.setState({ error: told.error });
    }
    const before = await client.request('asset.snapshots', { sessionId, path });
    if (!isStill() || !before.ok) return;
    const { treeCallId } = store.getState();
    store.setState({ snapshots: before.output.snapshots.filter(({ callId }) => callId !== treeCallId) });
  }

  return {
    store,
    search(sessionId, word) {
      clearTimeout(timer);
      store.setState({ word, ...(word.trim() === '' ? { found: null, searching: false } : { searching: true }) });
      if (word.trim() !== '') timer = setTimeout(() => void ask(sessionId, word), pauseMs);
    },
    open: (sessionId, path) => open(sessionId, path),
    close: () => store.setState(noAsset),
    async bringIn(sessionId, source) {
      store.setState({ loading: true, error: null });
      const result = await client.request('asset.ingest', { sessionId, source });
      store.setState({ loading: false });
      if (!result.ok) store.setState({ error: result.error });
      // What Unity has not imported yet cannot be taken apart.
      else if (result.output.warning === undefined) await open(sessionId, result.output.asset.path, result.output);
      else store.setState({ ...noAsset, path: result.output.asset.path, described: result.output });
      return result.ok;
    },
    async compare(snapshot) {
      if (snapshot === null) return store.setState({ earlier: null });
      const { path } = store.getState();
      const { sessionId, callId } = snapshot;
      const result = await client.request('asset.snapshot', { sessionId, callId });
      if (store.getState().path !== path) return;
      store.setState(
        result.ok ? { earlier: { snapshot, uas: result.output.uas }, error: null } : { error: result.error },
      );
    },
  };
}
