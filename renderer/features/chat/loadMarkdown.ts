import { useSyncExternalStore } from 'react';
import type { MarkdownBlock } from './MarkdownBlock.tsx';

let block: typeof MarkdownBlock | null = null;
const listeners = new Set<() => void>();

/**
 * Loads what draws markdown, once. It is asked for when the window starts and is there before the first session is:
 * not by `lazy`, which would show its fallback for a moment even so. Where it cannot be loaded text stays plain, and
 * the next message asks again; never rejects.
 */
export async function loadMarkdown(): Promise<void> {
  if (block !== null) return;
  const loaded = await import('./MarkdownBlock.tsx').catch(() => null);
  if (loaded === null || block !== null) return;
  block = loaded.MarkdownBlock;
  for (const listener of listeners) listener();
}

/** Null until it is loaded. */
export const useMarkdownBlock = (): typeof MarkdownBlock | null => useSyncExternalStore(subscribe, () => block);

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
