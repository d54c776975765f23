import { Command, Maximize2, PanelLeft, PanelRight, X } from 'lucide-react';
import { IconButton } from '../components/IconButton.tsx';
import { keysOf, showKeys, type ActionId, type ChosenKeys } from '../lib/shortcuts.ts';
import { isPanelShown, togglePanel, useOneColumn, WindowContext, type View } from '../lib/windowStore.ts';
import { SessionTitle } from './SessionTitle.tsx';
import styles from './Shell.module.css';

const titles: Readonly<Record<Exclude<View, 'chat'>, string>> = {
  history: 'Search',
  health: 'Health',
  insights: 'Insights',
  settings: 'Settings',
  setup: 'SPARK',
};

/** The session's name, or the screen's with the way back, and the two things that are needed from everywhere. */
export function TitleBar() {
  const { view, compact, shortcuts } = WindowContext.use((state) => state);
  const isOneColumn = useOneColumn();
  const hasPanel = WindowContext.use((state) => isPanelShown(state, isOneColumn));
  const { store } = WindowContext.useHandle();
  return (
    <header className={styles.titleBar}>
      {compact ? (
        <IconButton
          label="Sessions"
          icon={PanelLeft}
          onClick={() => store.setState(({ sidebarOpen }) => ({ sidebarOpen: !sidebarOpen }))}
        />
      ) : null}
      {view === 'chat' ? <SessionTitle /> : <h1 className={styles.title}>{titles[view]}</h1>}
      <IconButton
        label={withKeys('Commands', 'palette.open', shortcuts)}
        icon={Command}
        onClick={() => store.setState({ paletteOpen: true })}
      />
      {view === 'chat' || view === 'health' ? (
        <IconButton
          label={withKeys('Panel', 'panel.toggle', shortcuts)}
          icon={PanelRight}
          aria-pressed={hasPanel}
          onClick={() => togglePanel(store, isOneColumn)}
        />
      ) : null}
      {view === 'chat' || view === 'setup' ? null : (
        <IconButton label="Back to the chat" icon={X} onClick={() => store.setState({ view: 'chat' })} />
      )}
      {compact ? (
        <IconButton
          label={withKeys('Leave the compact window', 'compact.toggle', shortcuts)}
          icon={Maximize2}
          onClick={() => store.setState({ compact: false })}
        />
      ) : null}
    </header>
  );
}

/** A name with the keys that do the same: `Commands (Ctrl K)`. */
function withKeys(name: string, id: ActionId, chosen: ChosenKeys): string {
  const keys = keysOf(id, chosen);
  return keys === null ? name : `${name} (${showKeys(keys)})`;
}
