import {
  Activity,
  ChartColumn,
  FileDiff,
  Hammer,
  Image,
  MessageSquare,
  Moon,
  PanelLeft,
  Search,
  Settings,
  Sun,
  SunMoon,
} from 'lucide-react';
import { IconButton } from '../components/IconButton.tsx';
import { SparkMark } from '../components/SparkMark.tsx';
import { keysOf, showKeys, type ActionId } from '../lib/shortcuts.ts';
import {
  isPanelShown,
  showChat,
  showHealth,
  showPanel,
  showSettings,
  useOneColumn,
  WindowContext,
  type PanelTab,
  type Theme,
} from '../lib/windowStore.ts';
import styles from './Shell.module.css';

const themes: Readonly<Record<Theme, { readonly next: Theme; readonly icon: typeof Sun; readonly label: string }>> = {
  system: { next: 'dark', icon: SunMoon, label: 'Theme: as the system' },
  dark: { next: 'light', icon: Moon, label: 'Theme: dark' },
  light: { next: 'system', icon: Sun, label: 'Theme: light' },
};

/** The screens, as icons with names. */
export function Rail() {
  const { view, sidebarOpen, panelTab, theme, shortcuts } = WindowContext.use((state) => state);
  const isOneColumn = useOneColumn();
  const hasPanel = WindowContext.use((state) => isPanelShown(state, isOneColumn));
  const { store } = WindowContext.useHandle();
  const shown = (tab: PanelTab): boolean => hasPanel && panelTab === tab;
  const keyOf = (id: ActionId): string | null => {
    const keys = keysOf(id, shortcuts);
    return keys === null ? null : showKeys(keys);
  };
  const toggle = (tab: PanelTab): void => {
    if (shown(tab)) store.setState({ panelOpen: false });
    else showPanel(store, tab);
  };
  return (
    <nav className={styles.rail} aria-label="Screens">
      <SparkMark className={styles.mark} />
      <IconButton
        large
        side="right"
        label="Chat"
        keys={keyOf('chat.show')}
        icon={MessageSquare}
        aria-current={view === 'chat' ? 'page' : undefined}
        onClick={() => showChat(store, isOneColumn)}
      />
      <IconButton
        large
        side="right"
        label="Search"
        keys={keyOf('history.show')}
        icon={Search}
        aria-current={view === 'history' ? 'page' : undefined}
        onClick={() => store.setState({ view: 'history' })}
      />
      <IconButton
        large
        side="right"
        label="Sessions"
        keys={keyOf('sidebar.toggle')}
        icon={PanelLeft}
        aria-pressed={sidebarOpen}
        onClick={() => store.setState({ sidebarOpen: !sidebarOpen })}
      />
      <IconButton
        large
        side="right"
        label="Preview"
        keys={keyOf('panel.preview')}
        icon={Image}
        aria-pressed={shown('preview')}
        onClick={() => toggle('preview')}
      />
      <IconButton
        large
        side="right"
        label="Changes"
        keys={keyOf('panel.changes')}
        icon={FileDiff}
        aria-pressed={shown('changes')}
        onClick={() => toggle('changes')}
      />
      <IconButton
        large
        side="right"
        label="Builds"
        keys={keyOf('panel.build')}
        icon={Hammer}
        aria-pressed={shown('build')}
        onClick={() => toggle('build')}
      />
      <IconButton
        large
        side="right"
        label="Insights"
        keys={keyOf('insights.show')}
        icon={ChartColumn}
        aria-current={view === 'insights' ? 'page' : undefined}
        onClick={() => store.setState({ view: 'insights' })}
      />
      <IconButton
        large
        side="right"
        label="Health"
        keys={keyOf('health.show')}
        icon={Activity}
        aria-current={view === 'health' ? 'page' : undefined}
        onClick={() => showHealth(store)}
      />
      <span className={styles.space} />
      <IconButton
        large
        side="right"
        label="Settings"
        keys={keyOf('settings.show')}
        icon={Settings}
        aria-current={view === 'settings' ? 'page' : undefined}
        onClick={() => showSettings(store)}
      />
      <IconButton
        large
        side="right"
        label={themes[theme].label}
        keys={keyOf('theme.next')}
        icon={themes[theme].icon}
        onClick={() => store.setState({ theme: themes[theme].next })}
      />
    </nav>
  );
}
