import { useOpenSession } from '../features/sessions/index.ts';
import { hasModifier, useWindowKeys } from '../lib/hooks.ts';
import { showPanel, WindowContext } from '../lib/windowStore.ts';

/** Shortcuts of the window itself; the palette shows each. They avoid what a browser keeps for itself (N, T, W). */
export function useShortcuts(): void {
  const { store } = WindowContext.useHandle();
  const { create } = useOpenSession();
  const actionOf = (key: string): (() => void) | null => {
    switch (key) {
      case 'j':
        return create;
      case 'b':
        return () => store.setState(({ sidebarOpen }) => ({ sidebarOpen: !sidebarOpen }));
      case '.':
        return () => store.setState(({ panelOpen }) => ({ panelOpen: !panelOpen }));
      case '1':
        return () => showPanel(store, 'preview');
      case '2':
        return () => showPanel(store, 'changes');
      case '3':
        return () => showPanel(store, 'build');
      case '4':
        return () => showPanel(store, 'console');
      default:
        return null;
    }
  };
  useWindowKeys((event) => {
    if (!hasModifier(event) || event.shiftKey || event.altKey) return;
    const act = actionOf(event.key);
    if (act === null) return;
    event.preventDefault();
    act();
  });
}
