import { keysOf, showKeys, type ActionId } from './shortcuts.ts';
import { WindowContext } from './windowStore.ts';

/** The keys of an action as they are shown (`Ctrl K`): the person's own, else the default; null where it has none. */
export function useShownKeys(): (id: ActionId) => string | null {
  const chosen = WindowContext.use((state) => state.shortcuts);
  return (id) => {
    const keys = keysOf(id, chosen);
    return keys === null ? null : showKeys(keys);
  };
}
