import { createStore, type StoreApi } from 'zustand/vanilla';
import type { CaptureSource } from '../../../shared/contracts/functions.ts';
import type { ApiClient, ErrorInfo } from '../../../shared/contracts/api/index.ts';
import { makeFeatureContext } from '../../lib/featureContext.tsx';

/** Images of frames as blob URLs, those used last; older ones are released and read again when needed. */
export type FrameImage =
  | { readonly kind: 'loading' }
  | { readonly kind: 'ready'; readonly url: string; readonly blob: Blob }
  | { readonly kind: 'failed'; readonly error: ErrorInfo };

export interface ChosenView {
  readonly source: CaptureSource;
  /** Name of a camera; empty for the main one. Only the game view has it. */
  readonly camera: string;
}

const thumbnailPrefix = 'thumbnail ';
export const thumbnailKey = (frameId: string): string => `${thumbnailPrefix}${frameId}`;
const isThumbnail = (key: string): boolean => key.startsWith(thumbnailPrefix);

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
  /** Thumbnails that are kept: more than a wide window shows at once. */
  readonly thumbnails?: number;
  /** Of whole images that are kept; two that are compared stay however large they are. */
  readonly maxBytes?: number;
}

export function makeFrames(deps: FramesDeps): FramesHandle {
  const { client, makeUrl, releaseUrl, thumbnails = 96, maxBytes = 64 * 1024 * 1024 } = deps;
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
    for (const key of [...tooMany(images, thumbnails), ...tooLarge(images, maxBytes)]) {
      const old = images.get(key);
      images.delete(key);
      if (old?.kind === 'ready') releaseUrl(old.url);
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
      if (known?.kind === 'ready') set(key, known);
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

type Images = ReadonlyMap<string, FrameImage>;

/** Thumbnails beyond `most`, those first that were used longest ago. */
function tooMany(images: Images, most: number): readonly string[] {
  const keys = [...images.keys()].filter(isThumbnail);
  return keys.slice(0, Math.max(0, keys.length - most));
}

/** Whole images beyond `maxBytes`, likewise; never the two used last, which may be on the screen. */
function tooLarge(images: Images, maxBytes: number): readonly string[] {
  const whole = [...images].filter(([key]) => !isThumbnail(key)).toReversed();
  let bytes = 0;
  return whole.flatMap(([key, image], place) => {
    if (image.kind === 'ready') bytes += image.blob.size;
    return place < 2 || bytes <= maxBytes ? [] : [key];
  });
}
