import type { ChatDeps } from '../features/chat/chatStore.ts';

/** What a chat needs beside its client, for unit tests: nothing is kept, every file is a small image. */
export const noDrafts: Omit<ChatDeps, 'client' | 'newId'> = {
  texts: { load: () => new Map(), save: () => undefined },
  imageDrafts: { load: () => Promise.resolve(new Map()), save: () => Promise.resolve() },
  scale: (file) =>
    Promise.resolve(
      file.type.startsWith('image/')
        ? { mimeType: 'image/png', bytes: new Uint8Array([1, 2]), width: 2, height: 1 }
        : null,
    ),
  makeUrl: () => 'blob:test',
  releaseUrl: () => undefined,
};
