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
  const { view, sidebarOpen, panelTab, theme } = WindowContext.use((state) => state);
  const isOneColumn = useOneColumn();
  const hasPanel = WindowContext.use((state) => isPanelShown(state, isOneColumn));
  const { store } = WindowContext.useHandle();
  const shown = (tab: PanelTab): boolean => hasPanel && panelTab === tab;
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
        icon={MessageSquare}
        aria-current={view === 'chat' ? 'page' : undefined}
        onClick={() => showChat(store, isOneColumn)}
      />
      <IconButton
        large
        side="right"
        label="Search"
        icon={Search}
        aria-current={view === 'history' ? 'page' : undefined}
        onClick={() => store.setState({ view: 'history' })}
      />
      <IconButton
        large
        side="right"
        label="Sessions"
        icon={PanelLeft}
        aria-pressed={sidebarOpen}
        onClick={() => store.setState({ sidebarOpen: !sidebarOpen })}
      />
      <IconButton
        large
        side="right"
        label="Preview"
        icon={Image}
        aria-pressed={shown('preview')}
        onClick={() => toggle('preview')}
      />
      <IconButton
        large
        side="right"
        label="Changes"
        icon={FileDiff}
        aria-pressed={shown('changes')}
        onClick={() => toggle('changes')}
      />
      <IconButton
        large
        side="right"
        label="Builds"
        icon={Hammer}
        aria-pressed={shown('build')}
        onClick={() => toggle('build')}
      />
      <IconButton
        large
        side="right"
        label="Insights"
        icon={ChartColumn}
        aria-current={view === 'insights' ? 'page' : undefined}
        onClick={() => store.setState({ view: 'insights' })}
      />
      <IconButton
        large
        side="right"
        label="Health"
        icon={Activity}
        aria-current={view === 'health' ? 'page' : undefined}
        onClick={() => showHealth(store)}
      />
      <span className={styles.space} />
      <IconButton
        large
        side="right"
        label="Settings"
        icon={Settings}
        aria-current={view === 'settings' ? 'page' : undefined}
        onClick={() => showSettings(store)}
      />
      <IconButton
        large
        side="right"
        label={themes[theme].label}
        icon={themes[theme].icon}
        onClick={() => store.setState({ theme: themes[theme].next })}
      />
    </nav>
  );
}
