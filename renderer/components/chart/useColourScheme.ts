import { useSyncExternalStore } from 'react';

/** A word that changes when the colours do: what is drawn on a canvas must be drawn again. */
export const useColourScheme = (): string => useSyncExternalStore(subscribe, read);

const system = '(prefers-color-scheme: dark)';

const read = (): string => `${document.documentElement.dataset['theme'] ?? ''} ${matchMedia(system).matches}`;

function subscribe(changed: () => void): () => void {
  const observer = new MutationObserver(changed);
  observer.observe(document.documentElement, { attributeFilter: ['data-theme'] });
  const query = matchMedia(system);
  query.addEventListener('change', changed);
  return () => {
    observer.disconnect();
    query.removeEventListener('change', changed);
  };
}
