import type { ScaledImage } from './scaleImage.ts';
import type { WindowStorage } from './windowStore.ts';

/** Keeps what was typed and not sent, by session, over a reload and a crash of the window. */
export interface TextDrafts {
  readonly load: () => ReadonlyMap<string, string>;
  /** Keeps these beside what other windows keep meanwhile; an empty text is forgotten. */
  readonly save: (touched: ReadonlyMap<string, string>) => void;
}

/** The page's storage has about 5 MB: the drafts touched last, and of each no more than could be sent twice over. */
const maxDrafts = 20;
const maxChars = 200_000;

export function makeTextDrafts(storage: WindowStorage, key = 'spark.drafts'): TextDrafts {
  const load = (): Map<string, string> => {
    try {
      const stored: unknown = JSON.parse(storage.getItem(key) ?? '{}');
      if (typeof stored !== 'object' || stored === null) return new Map();
      return new Map(Object.entries(stored).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
    } catch {
      return new Map();
    }
  };
  return {
    load,
    save(touched) {
      const drafts = load();
      for (const [id, text] of touched) {
        // The one touched last is kept longest.
        drafts.delete(id);
        drafts.set(id, text);
      }
      const kept = [...drafts].filter(([, text]) => text !== '' && text.length <= maxChars).slice(-maxDrafts);
      try {
        storage.setItem(key, JSON.stringify(Object.fromEntries(kept)));
      } catch {
        // Storage may be full or forbidden: the drafts then live as long as the window.
      }
    },
  };
}

/** Keeps images that were put into a message and not sent. */
export interface ImageDrafts {
  readonly load: () => Promise<ReadonlyMap<string, readonly ScaledImage[]>>;
  readonly save: (sessionId: string, images: readonly ScaledImage[]) => Promise<void>;
}

const storeName = 'draftImages';

/** In IndexedDB, which takes bytes. Where the browser has or allows none, nothing is kept and nothing fails. */
export function makeImageDrafts(factory: IDBFactory): ImageDrafts {
  let opened: Promise<IDBDatabase> | undefined;
  const open = (): Promise<IDBDatabase> =>
    (opened ??= new Promise((resolve, reject) => {
      const request = factory.open('spark', 1);
      request.addEventListener('upgradeneeded', () => request.result.createObjectStore(storeName));
      request.addEventListener('success', () => resolve(request.result));
      request.addEventListener('error', () => reject(request.error ?? new Error('no database')));
    }));
  const done = <T>(request: IDBRequest<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      request.addEventListener('success', () => resolve(request.result));
      request.addEventListener('error', () => reject(request.error ?? new Error('not stored')));
    });
  return {
    async load() {
      try {
        const store = (await open()).transaction(storeName).objectStore(storeName);
        const [keys, values] = await Promise.all([done(store.getAllKeys()), done(store.getAll())]);
        return new Map(
          keys.flatMap((sessionId, index) =>
            typeof sessionId === 'string' ? [[sessionId, toImages(values[index])] as const] : [],
          ),
        );
      } catch {
        return new Map();
      }
    },
    async save(sessionId, images) {
      try {
        const store = (await open()).transaction(storeName, 'readwrite').objectStore(storeName);
        if (images.length === 0) await done(store.delete(sessionId));
        else await done(store.put(images, sessionId));
      } catch {
        // As above: then they live as long as the window.
      }
    },
  };
}

/** What another version of the window stored, and is no image of this one, is left out. */
function toImages(value: unknown): ScaledImage[] {
  return Array.isArray(value) ? value.filter(isImage) : [];
}

function isImage(value: unknown): value is ScaledImage {
  if (typeof value !== 'object' || value === null || !('bytes' in value) || !('mimeType' in value)) return false;
  const isKnown = value.mimeType === 'image/png' || value.mimeType === 'image/jpeg';
  return isKnown && value.bytes instanceof Uint8Array && 'width' in value && 'height' in value;
}
