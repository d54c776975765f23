import { createStore, type StoreApi } from 'zustand/vanilla';
import type { ApiClient, MessageView } from '../../../shared/contracts/api/index.ts';
import { makeFeatureContext } from '../../lib/featureContext.tsx';

/** Images of messages as blob URLs by their sha256; the last `limit` shown ones, older ones are released. */
export interface ImagesState {
  /** Null while it is read, false when it could not be. */
  readonly urls: ReadonlyMap<string, string | null | false>;
}

export const ImagesContext = makeFeatureContext<ImagesState, ImagesHandle>('images of messages');

export interface ImagesHandle {
  readonly store: StoreApi<ImagesState>;
  readonly show: (message: MessageView, index: number) => Promise<void>;
}

export function makeImages(deps: {
  readonly client: ApiClient;
  readonly makeUrl: (image: Blob) => string;
  readonly releaseUrl: (url: string) => void;
  readonly limit?: number;
}): ImagesHandle {
  const { client, makeUrl, releaseUrl, limit = 48 } = deps;
  const store = createStore<ImagesState>(() => ({ urls: new Map() }));

  const set = (sha256: string, url: string | null | false): void => {
    const urls = new Map(store.getState().urls);
    urls.delete(sha256);
    urls.set(sha256, url);
    for (const [oldest, old] of urls) {
      if (urls.size <= limit) break;
      urls.delete(oldest);
      if (typeof old === 'string') releaseUrl(old);
    }
    store.setState({ urls });
  };

  return {
    store,
    async show({ sessionId, messageId, images = [] }, index) {
      const image = images[index];
      const known = image === undefined ? null : store.getState().urls.get(image.sha256);
      if (image === undefined || (known !== undefined && known !== false)) return;
      set(image.sha256, null);
      const result = await client.request('image.read', { sessionId, messageId, index });
      // The type is the one that the bridge read from the bytes.
      const bytes = result.ok ? new Uint8Array(result.output.bytes) : null;
      set(image.sha256, bytes === null ? false : makeUrl(new Blob([bytes], { type: image.mimeType })));
    },
  };
}
