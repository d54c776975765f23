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
  type LucideIcon,
} from 'lucide-react';
import { IconButton } from '../components/IconButton.tsx';
import { SparkMark } from '../components/SparkMark.tsx';
import type { ActionId } from '../lib/shortcuts.ts';
import { useShownKeys } from '../lib/useShownKeys.ts';
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
  type View,
  type WindowState,
  type WindowStore,
} from '../lib/windowStore.ts';
import styles from './Shell.module.css';

const themes: Readonly<Record<Theme, { readonly next: Theme; readonly icon: LucideIcon; readonly label: string }>> = {
  system: { next: 'dark', icon: SunMoon, label: 'Theme: as the system' },
  dark: { next: 'light', icon: Moon, label: 'Theme: dark' },
  light: { next: 'system', icon: Sun, label: 'Theme: light' },
};

interface Entry {
  readonly label: string;
  readonly icon: LucideIcon;
  /** The action that does the same by key. */
  readonly action: ActionId;
  readonly go: (store: WindowStore, isOneColumn: boolean) => void;
  /** A screen is the current one; what stands beside it is open or not. */
  readonly state: (
    window: WindowState,
    isOneColumn: boolean,
  ) => { 'aria-current'?: 'page' | undefined } | { 'aria-pressed': boolean };
}

const screen = (view: View, entry: Omit<Entry, 'go' | 'state'>, go?: Entry['go']): Entry => ({
  ...entry,
  go: go ?? ((store) => store.setState({ view })),
  state: (window) => ({ 'aria-current': window.view === view ? 'page' : undefined }),
});

const tab = (panelTab: PanelTab, entry: Omit<Entry, 'go' | 'state'>): Entry => {
  const isShown = (window: WindowState, isOneColumn: boolean): boolean =>
    isPanelShown(window, isOneColumn) && window.panelTab === panelTab;
  return {
    ...entry,
    go: (store, isOneColumn) => {
      if (isShown(store.getState(), isOneColumn)) store.setState({ panelOpen: false });
      else showPanel(store, panelTab);
    },
    state: (window, isOneColumn) => ({ 'aria-pressed': isShown(window, isOneColumn) }),
  };
};

const sessions: Entry = {
  label: 'Sessions',
  icon: PanelLeft,
  action: 'sidebar.toggle',
  go: (store) => store.setState(({ sidebarOpen }) => ({ sidebarOpen: !sidebarOpen })),
  state: ({ sidebarOpen }) => ({ 'aria-pressed': sidebarOpen }),
};

/** Where one talks, what came of it, and how SPARK itself does. */
const groups: readonly (readonly Entry[])[] = [
  [
    screen('chat', { label: 'Chat', icon: MessageSquare, action: 'chat.show' }, showChat),
    screen('history', { label: 'Search', icon: Search, action: 'history.show' }),
    sessions,
  ],
  [
    tab('preview', { label: 'Preview', icon: Image, action: 'panel.preview' }),
    tab('changes', { label: 'Changes', icon: FileDiff, action: 'panel.changes' }),
    tab('build', { label: 'Builds', icon: Hammer, action: 'panel.build' }),
  ],
  [
    screen('insights', { label: 'Insights', icon: ChartColumn, action: 'insights.show' }),
    screen('health', { label: 'Health', icon: Activity, action: 'health.show' }, (store) => showHealth(store)),
  ],
];
const settings = screen('settings', { label: 'Settings', icon: Settings, action: 'settings.show' }, (store) =>
  showSettings(store),
);

/** The screens and tabs, as icons with names and keys. */
export function Rail() {
  const window = WindowContext.use((state) => state);
  const isOneColumn = useOneColumn();
  const { store } = WindowContext.useHandle();
  const theme = themes[window.theme];
  const keyOf = useShownKeys();
  const button = ({ label, icon, action, go, state }: Entry) => (
    <IconButton
      key={label}
      large
      side="right"
      label={label}
      keys={keyOf(action)}
      icon={icon}
      {...state(window, isOneColumn)}
      onClick={() => go(store, isOneColumn)}
    />
  );
  return (
    <nav className={styles.rail} aria-label="Screens">
      <SparkMark className={styles.mark} />
      {groups.map((entries) => (
        <div key={entries[0]?.label} className={styles.railGroup}>
          {entries.map(button)}
        </div>
      ))}
      <span className={styles.space} />
      {button(settings)}
      <IconButton
        large
        side="right"
        label={theme.label}
        keys={keyOf('theme.next')}
        icon={theme.icon}
        onClick={() => store.setState({ theme: theme.next })}
      />
    </nav>
  );
}
