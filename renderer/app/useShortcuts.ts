import { useActions } from '../features/palette/index.ts';
import { useWindowKeys } from '../lib/hooks.ts';
import { alsoKeys, combinationOf } from '../lib/shortcuts.ts';

/** Does by key what the palette lists; which keys is in the settings. */
export function useShortcuts(): void {
  const actions = useActions();
  useWindowKeys((event) => {
    if (event.defaultPrevented || event.isComposing) return;
    const keys = combinationOf(event);
    const action =
      keys === null
        ? undefined
        : (actions.find((one) => one.keys === keys) ?? actions.find((one) => alsoKeys[one.id] === keys));
    if (action === undefined) return;
    event.preventDefault();
    // What is held down is meant once.
    if (!event.repeat) action.act();
  });
}
