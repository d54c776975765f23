import { createStore, type StoreApi } from 'zustand/vanilla';
import type { CaptureSource } from '../../../shared/contracts/functions.ts';
import type { ApiClient, ErrorInfo } from '../../../shared/contracts/api/index.ts';
import { makeFeatureContext } from '../../lib/featureContext.tsx';

/** Images of frames as blob URLs, the last `limit` used ones; older ones are released and read again when needed. */
export type FrameImage =
  | { readonly kind: 'loading' }
  | { readonly kind: 'ready'; readonly url: string; readonly blob: Blob }
  | { readonly kind: 'failed'; readonly error: ErrorInfo };

export interface ChosenView {
  readonly source: CaptureSource;
  /** Name of a camera; empty for the main one. Only the game view has it. */
  readonly camera: string;
}

export const thumbnailKey = (frameId: string): string => `thumbnail ${frameId}`;

export interface FramesState {
  readonly view: ChosenView;
  /** Compared with the frame that is shown. */
  readonly comparedId: string | null;
  readonly images: ReadonlyMap<string, FrameImage>;
  readonly rendering: boolean;
  /** Why the last refresh failed. */
  readonly error: ErrorInfo | null;
}

export const FramesContext = makeFeatureContext<FramesState, FramesHandle>('frames');

export interface FramesHandle {
  readonly store: StoreApi<FramesState>;
  /** Reads a frame's image unless it is there. Thumbnails are kept beside the whole images, by `thumbnailKey`. */
  readonly show: (frameId: string, size?: 'full' | 'thumbnail') => Promise<void>;
  /** Asks Unity for a new frame of the chosen view; it arrives by push. */
  readonly render: (sessionId: string) => Promise<void>;
  readonly choose: (view: Partial<ChosenView>) => void;
  /** Null ends the comparison. */
  readonly compare: (frameId: string | null) => void;
}

export interface FramesDeps {
  readonly client: ApiClient;
  readonly makeUrl: (image: Blob) => string;
  readonly releaseUrl: (url: string) => void;
  readonly limit?: number;
}

export function makeFrames({ client, makeUrl, releaseUrl, limit = 48 }: FramesDeps): FramesHandle {
  const store = createStore<FramesState>(() => ({
    comparedId: null,
    images: new Map(),
    rendering: false,
    error: null,
    view: { source: 'game_view', camera: '' },
  }));

  const set = (frameId: string, image: FrameImage): void => {
    const images = new Map(store.getState().images);
    images.delete(frameId);
    images.set(frameId, image);
    for (const [oldId, old] of images) {
      if (images.size <= limit) break;
      images.delete(oldId);
      if (old.kind === 'ready') releaseUrl(old.url);
    }
    store.setState({ images });
  };

  return {
    store,
    choose: (view) => store.setState((state) => ({ view: { ...state.view, ...view } })),
    compare: (comparedId) => store.setState({ comparedId }),
    async show(frameId, size = 'full') {
      const key = size === 'full' ? frameId : thumbnailKey(frameId);
      const known = store.getState().images.get(key);
      if (known !== undefined && known.kind !== 'failed') return;
      set(key, { kind: 'loading' });
      const result = await client.request('frame.read', { frameId, size });
      if (!result.ok) {
        set(key, { kind: 'failed', error: result.error });
        return;
      }
      const { bytes, mimeType } = result.output;
      // Only images are shown, whatever the frame says that it is.
      const type = mimeType === 'image/jpeg' ? mimeType : 'image/png';
      const blob = new Blob([new Uint8Array(bytes)], { type });
      set(key, { kind: 'ready', url: makeUrl(blob), blob });
    },
    async render(sessionId) {
      if (store.getState().rendering) return;
      const { source, camera } = store.getState().view;
      store.setState({ rendering: true, error: null });
      const result = await client.request('preview.render', {
        sessionId,
        source,
        ...(camera.trim() === '' || source !== 'game_view' ? {} : { camera: camera.trim() }),
      });
      store.setState({ rendering: false, error: result.ok ? null : result.error });
    },
  };
}
