import { createStore, type StoreApi } from 'zustand/vanilla';
import type { ApiClient, RouteOutput } from '../../../shared/contracts/api/index.ts';
import { makeFeatureContext } from '../../lib/featureContext.tsx';

export type FoundAsset = RouteOutput<'asset.search'>['assets'][number];

/** What `@` offers: the assets found for the word, or why none can be. */
export interface AssetSearchState {
  readonly word: string | null;
  readonly assets: readonly FoundAsset[];
  readonly total: number;
  readonly searching: boolean;
  readonly why: string | null;
}

export const AssetSearchContext = makeFeatureContext<AssetSearchState, AssetSearchHandle>('the search of assets');

export interface AssetSearchHandle {
  readonly store: StoreApi<AssetSearchState>;
  /** Searches after a short pause; null ends it. Only the newest word's answer is shown. */
  readonly search: (sessionId: string, word: string | null) => void;
}

const none: AssetSearchState = { word: null, assets: [], total: 0, searching: false, why: null };

export function makeAssetSearch({
  client,
  pauseMs = 150,
}: {
  readonly client: ApiClient;
  readonly pauseMs?: number;
}): AssetSearchHandle {
  const store = createStore<AssetSearchState>(() => none);
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function ask(sessionId: string, word: string): Promise<void> {
    // Unity searches by name; the folders before it are the person's to remember.
    const query = word.slice(word.lastIndexOf('/') + 1);
    const result = await client.request('asset.search', { sessionId, query: query.slice(0, 128) });
    if (store.getState().word !== word) return;
    if (result.ok) store.setState({ ...result.output, searching: false, why: null });
    else store.setState({ assets: [], total: 0, searching: false, why: result.error.message });
  }

  return {
    store,
    search(sessionId, word) {
      if (word === store.getState().word) return;
      clearTimeout(timer);
      if (word === null) return store.setState(none);
      store.setState({ word, searching: true });
      timer = setTimeout(() => void ask(sessionId, word), pauseMs);
    },
  };
}
