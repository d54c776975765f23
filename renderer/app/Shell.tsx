import { useEffect } from 'react';
import { Group, Panel as ResizablePanel, Separator } from 'react-resizable-panels';
import { AlertNotices } from '../features/alerts/index.ts';
import { WaitingNotice } from '../features/approval/index.ts';
import { AttentionOffer } from '../features/attention/index.ts';
import { ChatView } from '../features/chat/index.ts';
import { HealthScreen, OfflineBanner, StatusBar } from '../features/health/index.ts';
import { emptyFilter, HistoryContext, HistoryScreen, TeamContext } from '../features/history/index.ts';
import { InsightsScreen } from '../features/insights/index.ts';
import { Palette } from '../features/palette/index.ts';
import { SessionsSidebar } from '../features/sessions/index.ts';
import { SettingsScreen } from '../features/settings/index.ts';
import { SetupScreen } from '../features/setup/index.ts';
import { cx } from '../lib/cx.ts';
import { isPanelShown, useOneColumn, WindowContext, type View } from '../lib/windowStore.ts';
import { ConnectionBanner } from './ConnectionBanner.tsx';
import { Panel } from './Panel.tsx';
import { Rail } from './Rail.tsx';
import { Said } from './Said.tsx';
import { TitleBar } from './TitleBar.tsx';
import { useShortcuts } from './useShortcuts.ts';
import styles from './Shell.module.css';

/** Rail, chat, panel and status bar. Below 720 px the sessions and the panel slide over the chat. */
export function Shell() {
  const { theme, textSize, compact, view, sidebarOpen, panelSize, entry } = WindowContext.use((state) => state);
  const { store } = WindowContext.useHandle();
  const narrow = useOneColumn();
  const hasPanel = WindowContext.use((state) => isPanelShown(state, narrow));
  const { filter } = HistoryContext.useHandle();
  const { hide: hideTeam } = TeamContext.useHandle();
  const searchEverywhere = (words: string): void => {
    hideTeam();
    filter({ ...emptyFilter, words });
    store.setState({ view: 'history' });
  };
  useShortcuts();
  useEffect(() => {
    if (theme === 'system') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = theme;
  }, [theme]);
  useEffect(() => {
    document.documentElement.dataset['text'] = textSize;
    document.documentElement.toggleAttribute('data-compact', compact);
  }, [textSize, compact]);
  // What slides over the chat starts closed: a narrow window shows the chat first. Wide again, it is as it was.
  useEffect(() => {
    if (!narrow) return;
    const { sidebarOpen: sidebar, panelOpen: panel } = store.getState();
    store.setState({ sidebarOpen: false, panelOpen: false });
    return () => store.setState({ sidebarOpen: sidebar, panelOpen: panel });
  }, [narrow, store]);
  // What is gone to is in the chat, which the panel covers.
  useEffect(() => {
    if (narrow && entry !== null) store.setState({ panelOpen: false });
  }, [narrow, entry, store]);

  const waits = (
    <div className={styles.waits}>
      <WaitingNotice />
    </div>
  );
  const main = (
    <main className={styles.main}>
      <TitleBar />
      <ConnectionBanner />
      <OfflineBanner />
      <AttentionOffer />
      <AlertNotices />
      {/* In the chat it stands above the composer. */}
      {view === 'chat' ? null : waits}
      <div className={styles.view}>
        <Screen view={view} />
      </div>
    </main>
  );
  return (
    <div className={styles.shell}>
      <div className={styles.body}>
        {compact ? null : <Rail />}
        {sidebarOpen ? (
          <div className={narrow ? cx(styles.over, compact && styles.atEdge) : styles.beside}>
            <SessionsSidebar
              searchEverywhere={searchEverywhere}
              {...(narrow ? { onPicked: () => store.setState({ sidebarOpen: false }) } : {})}
            />
          </div>
        ) : null}
        {narrow ? (
          <div className={styles.single}>
            {main}
            {hasPanel ? (
              <div className={styles.overAll}>
                {waits}
                <Panel />
              </div>
            ) : null}
          </div>
        ) : (
          <Group
            className={styles.group ?? ''}
            orientation="horizontal"
            onLayoutChanged={(layout) => {
              const size = layout['panel'];
              if (size !== undefined) store.setState({ panelSize: size });
            }}
          >
            <ResizablePanel id="main" minSize="320px">
              {main}
            </ResizablePanel>
            {hasPanel ? (
              <>
                <Separator className={styles.separator ?? ''} aria-label="Width of the panel" />
                <ResizablePanel id="panel" defaultSize={`${panelSize}%`} minSize="280px">
                  <Panel />
                </ResizablePanel>
              </>
            ) : null}
          </Group>
        )}
      </div>
      <Said />
      <StatusBar />
      <Palette />
    </div>
  );
}

function Screen({ view }: { readonly view: View }) {
  switch (view) {
    case 'chat':
      return <ChatView />;
    case 'health':
      return <HealthScreen />;
    case 'insights':
      return <InsightsScreen />;
    case 'history':
      return <HistoryScreen />;
    case 'settings':
      return <SettingsScreen />;
    case 'setup':
      return <SetupScreen />;
  }
}
