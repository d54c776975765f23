import { modifierLabel } from '../../lib/hooks.ts';
import { showHealth, showPanel, WindowContext } from '../../lib/windowStore.ts';
import { BuildContext } from '../build/index.ts';
import { ChatContext } from '../chat/index.ts';
import { FramesContext } from '../preview/index.ts';
import { OpenSessionContext, useOpenSession } from '../sessions/index.ts';

export interface PaletteAction {
  readonly name: string;
  readonly shortcut?: string;
  readonly act: () => void;
}

/** What can be done now: an action that cannot run is not listed. */
export function usePaletteActions(): {
  readonly actions: readonly PaletteAction[];
  readonly files: readonly { readonly changeId: string; readonly path: string; readonly act: () => void }[];
} {
  const { store } = WindowContext.useHandle();
  const sessionId = OpenSessionContext.use((state) => state.sessionId);
  const busy = OpenSessionContext.use((state) => state.session?.busy ?? false);
  const changes = OpenSessionContext.use((state) => state.changes);
  const { render } = FramesContext.useHandle();
  const { start } = BuildContext.useHandle();
  const { stop } = ChatContext.useHandle();
  const { create } = useOpenSession();
  const mod = modifierLabel();

  const inSession: readonly PaletteAction[] =
    sessionId === null
      ? []
      : [
          ...(busy ? [{ name: 'Stop the answer', shortcut: 'Esc', act: () => void stop(sessionId) }] : []),
          {
            name: 'Render a preview frame',
            act: () => {
              showPanel(store, 'preview', { frameId: null });
              void render(sessionId);
            },
          },
          {
            name: 'Start a build',
            act: () => {
              showPanel(store, 'build');
              void start(sessionId);
            },
          },
        ];
  const actions: readonly PaletteAction[] = [
    { name: 'New session', shortcut: `${mod}J`, act: create },
    ...inSession,
    { name: 'Show preview', shortcut: `${mod}1`, act: () => showPanel(store, 'preview') },
    { name: 'Show changes', shortcut: `${mod}2`, act: () => showPanel(store, 'changes') },
    { name: 'Show builds', shortcut: `${mod}3`, act: () => showPanel(store, 'build') },
    { name: 'Show the console', shortcut: `${mod}4`, act: () => showPanel(store, 'console') },
    {
      name: 'Show or hide the panel',
      shortcut: `${mod}.`,
      act: () => store.setState(({ panelOpen }) => ({ panelOpen: !panelOpen })),
    },
    {
      name: 'Show or hide sessions',
      shortcut: `${mod}B`,
      act: () => store.setState(({ sidebarOpen }) => ({ sidebarOpen: !sidebarOpen })),
    },
    { name: 'Conversation settings: budgets, limits, prices', act: () => store.setState({ settingsOpen: true }) },
    { name: 'Health', act: () => showHealth(store) },
    { name: 'Theme: dark', act: () => store.setState({ theme: 'dark' }) },
    { name: 'Theme: light', act: () => store.setState({ theme: 'light' }) },
    { name: 'Theme: as the system', act: () => store.setState({ theme: 'system' }) },
  ];
  const newest = new Map([...changes.values()].map((change) => [change.path, change.changeId]));
  const files = [...newest].map(([path, changeId]) => ({
    path,
    changeId,
    act: () => showPanel(store, 'changes', { changeId }),
  }));
  return { actions, files };
}
