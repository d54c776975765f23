import { createStore, type StoreApi } from 'zustand/vanilla';
import { maxMessageImages } from '../../../shared/contracts/api/index.ts';
import { countOf } from '../../lib/format.ts';
import type { ImageDrafts, TextDrafts } from '../../lib/draftStorage.ts';
import type { ScaledImage } from '../../lib/scaleImage.ts';

/** The key of a message of the person's that is being edited in its place. */
export const editOf = (messageId: string): string => `edit ${messageId}`;

/** What the person has written and not sent: by session in the composer, by `editOf` in a message. It survives a reload. */
export interface DraftImage extends ScaledImage {
  readonly id: string;
  readonly url: string;
}

export interface Drafts {
  readonly texts: ReadonlyMap<string, string>;
  readonly images: ReadonlyMap<string, readonly DraftImage[]>;
  /** Why something that was dropped or pasted is not there. */
  readonly refusal: string | null;
}

export interface DraftsDeps {
  readonly texts: TextDrafts;
  readonly imageDrafts: ImageDrafts;
  readonly scale: (file: Blob) => Promise<ScaledImage | null>;
  readonly newId: () => string;
  readonly makeUrl: (image: Blob) => string;
  readonly releaseUrl: (url: string) => void;
}

export interface DraftsHandle {
  readonly store: StoreApi<Drafts>;
  /** `key`: a session's id, or `editOf` a message. */
  readonly setText: (key: string, text: string) => void;
  readonly dropText: (key: string) => void;
  /** Scales and adds; what is no image, or too much, is said in `refusal`. */
  readonly addFiles: (sessionId: string, files: readonly (Blob & { readonly name?: string })[]) => Promise<void>;
  readonly setImages: (sessionId: string, images: readonly ScaledImage[]) => void;
  readonly removeImage: (sessionId: string, id: string) => void;
  readonly imagesOf: (sessionId: string) => readonly DraftImage[];
  readonly refuse: (why: string | null) => void;
  /** Reads what an earlier window kept. */
  readonly load: () => Promise<void>;
  /** Saves the texts now. */
  readonly flush: () => void;
}

const saveAfterMs = 300;

export function makeDrafts(deps: DraftsDeps): DraftsHandle {
  const { newId, makeUrl, releaseUrl } = deps;
  const store = createStore<Drafts>(() => ({ texts: deps.texts.load(), images: new Map(), refusal: null }));
  const touched = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    const { texts } = store.getState();
    deps.texts.save(new Map([...touched].map((key) => [key, texts.get(key) ?? ''])));
    touched.clear();
  };
  const touch = (key: string): void => {
    touched.add(key);
    timer ??= setTimeout(flush, saveAfterMs);
  };
  const imagesOf = (sessionId: string): readonly DraftImage[] => store.getState().images.get(sessionId) ?? [];
  const refuse = (refusal: string | null): void => store.setState({ refusal });
  const toDraft = (image: ScaledImage): DraftImage => ({
    ...image,
    id: newId(),
    url: makeUrl(new Blob([new Uint8Array(image.bytes)], { type: image.mimeType })),
  });

  function put(sessionId: string, images: readonly DraftImage[]): void {
    const kept = new Set(images);
    for (const image of imagesOf(sessionId)) if (!kept.has(image)) releaseUrl(image.url);
    store.setState((state) => ({ images: new Map(state.images).set(sessionId, images) }));
    void deps.imageDrafts.save(
      sessionId,
      images.map(({ mimeType, bytes, width, height }) => ({ mimeType, bytes, width, height })),
    );
  }

  return {
    store,
    imagesOf,
    refuse,
    flush,
    setText(key, text) {
      store.setState((state) => ({ texts: new Map(state.texts).set(key, text) }));
      touch(key);
    },
    dropText(key) {
      const texts = new Map(store.getState().texts);
      if (!texts.delete(key)) return;
      store.setState({ texts });
      touch(key);
    },
    async addFiles(sessionId, files) {
      refuse(null);
      const scaled = await Promise.all(files.map((file) => deps.scale(file)));
      const wrong = files.filter((_, index) => scaled[index] === null);
      const images = scaled.filter((image) => image !== null).map(toDraft);
      const all = [...imagesOf(sessionId), ...images];
      for (const image of all.slice(maxMessageImages)) releaseUrl(image.url);
      put(sessionId, all.slice(0, maxMessageImages));
      const over = all.length - maxMessageImages;
      if (wrong.length > 0) refuse(noImage(wrong.map(({ name }) => name ?? 'What was pasted')));
      else if (over > 0) refuse(`A message takes ${maxMessageImages} images; ${countOf(over, 'image')} left out.`);
    },
    setImages: (sessionId, images) => put(sessionId, images.slice(0, maxMessageImages).map(toDraft)),
    removeImage(sessionId, id) {
      put(
        sessionId,
        imagesOf(sessionId).filter((image) => image.id !== id),
      );
    },
    async load() {
      for (const [sessionId, images] of await deps.imageDrafts.load()) {
        if (imagesOf(sessionId).length > 0) continue;
        store.setState((state) => ({ images: new Map(state.images).set(sessionId, images.map(toDraft)) }));
      }
    },
  };
}

const noImage = (names: readonly string[]): string =>
  `${names.slice(0, 3).join(', ')} ${names.length === 1 ? 'is no image' : 'are no images'} that can be read. To name an asset of the project type @ and its name.`;
