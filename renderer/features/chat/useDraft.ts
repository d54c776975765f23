import { useStore } from 'zustand';
import { ChatContext } from './chatStore.ts';
import type { DraftImage } from './drafts.ts';

const noImages: readonly DraftImage[] = [];

/** What is in the composer of a session. */
export function useDraft(sessionId: string | null): {
  readonly text: string;
  readonly images: readonly DraftImage[];
  readonly refusal: string | null;
} {
  const { store } = ChatContext.useHandle().drafts;
  const text = useStore(store, (state) => (sessionId === null ? '' : (state.texts.get(sessionId) ?? '')));
  const images = useStore(store, (state) =>
    sessionId === null ? noImages : (state.images.get(sessionId) ?? noImages),
  );
  const refusal = useStore(store, (state) => state.refusal);
  return { text, images, refusal };
}
