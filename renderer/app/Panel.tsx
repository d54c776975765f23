import { useEffect, useRef } from 'react';
import { Tabs } from 'radix-ui';
import { X } from 'lucide-react';
import { IconButton } from '../components/IconButton.tsx';
import { AssetsPanel } from '../features/assets/index.ts';
import { BuildPanel } from '../features/build/index.ts';
import { ChangesPanel } from '../features/changes/index.ts';
import { ConsolePanel } from '../features/console/index.ts';
import { PreviewPanel } from '../features/preview/index.ts';
import { OpenSessionContext } from '../features/sessions/index.ts';
import type { ActionId } from '../lib/shortcuts.ts';
import { useShownKeys } from '../lib/useShownKeys.ts';
import { panelTabs, WindowContext, type PanelTab } from '../lib/windowStore.ts';
import styles from './Shell.module.css';

const names: Readonly<Record<PanelTab, string>> = {
  preview: 'Preview',
  changes: 'Changes',
  build: 'Build',
  console: 'Console',
  assets: 'Assets',
};
const actions: Readonly<Record<PanelTab, ActionId>> = {
  preview: 'panel.preview',
  changes: 'panel.changes',
  build: 'panel.build',
  console: 'panel.console',
  assets: 'panel.assets',
};
const isTab = (value: string): value is PanelTab => Object.hasOwn(names, value);

/** The tabbed panel beside the chat. */
export function Panel() {
  const tab = WindowContext.use((state) => state.panelTab);
  const changes = OpenSessionContext.use((state) => state.changes.size);
  const { store } = WindowContext.useHandle();
  const keyOf = useShownKeys();
  const list = useRef<HTMLDivElement>(null);
  // In a very narrow window not all of them are in sight; the one that is open is.
  useEffect(() => {
    const box = list.current;
    if (box === null) return undefined;
    const sizes = new ResizeObserver(() =>
      box.querySelector(`[data-tab="${tab}"]`)?.scrollIntoView({ block: 'nearest', inline: 'nearest' }),
    );
    sizes.observe(box);
    return () => sizes.disconnect();
  }, [tab]);
  return (
    <Tabs.Root
      className={styles.panel}
      value={tab}
      onValueChange={(value) => isTab(value) && store.setState({ panelTab: value })}
    >
      <div className={styles.tabs}>
        <Tabs.List ref={list} className={styles.tabList} aria-label="Panel">
          {panelTabs.map((id) => (
            <Tabs.Trigger
              key={id}
              value={id}
              data-tab={id}
              className={styles.tab}
              title={keyOf(actions[id]) ?? undefined}
            >
              {names[id]}
              {id === 'changes' && changes > 0 ? <span className={styles.count}>{changes}</span> : null}
            </Tabs.Trigger>
          ))}
        </Tabs.List>
        <IconButton label="Close the panel" icon={X} onClick={() => store.setState({ panelOpen: false })} />
      </div>
      <Tabs.Content value="preview" className={styles.tabBody}>
        <PreviewPanel />
      </Tabs.Content>
      <Tabs.Content value="changes" className={styles.tabBody}>
        <ChangesPanel />
      </Tabs.Content>
      <Tabs.Content value="build" className={styles.tabBody}>
        <BuildPanel />
      </Tabs.Content>
      <Tabs.Content value="console" className={styles.tabBody}>
        <ConsolePanel />
      </Tabs.Content>
      <Tabs.Content value="assets" className={styles.tabBody}>
        <AssetsPanel />
      </Tabs.Content>
    </Tabs.Root>
  );
}
