import { useState } from 'react';
import { Command, Maximize2, PanelLeft, PanelRight, Pencil } from 'lucide-react';
import { IconButton } from '../components/IconButton.tsx';
import { OpenSessionContext, SessionMenu, SessionsContext } from '../features/sessions/index.ts';
import { keysOf, showKeys, type ActionId, type ChosenKeys } from '../lib/shortcuts.ts';
import { isPanelShown, togglePanel, useOneColumn, WindowContext } from '../lib/windowStore.ts';
import styles from './Shell.module.css';

/** The session's name (it can be changed here) and the two things that are needed from everywhere. */
export function TitleBar() {
  const session = OpenSessionContext.use((state) => state.session);
  const compact = WindowContext.use((state) => state.compact);
  const chosen = WindowContext.use((state) => state.shortcuts);
  const isOneColumn = useOneColumn();
  const hasPanel = WindowContext.use((state) => isPanelShown(state, isOneColumn));
  const { store } = WindowContext.useHandle();
  const { rename } = SessionsContext.useHandle();
  const [title, setTitle] = useState<string | null>(null);
  const finish = (save: boolean): void => {
    const next = title?.trim() ?? '';
    if (save && session !== null && next !== '' && next !== session.title) void rename(session.sessionId, next);
    setTitle(null);
  };
  return (
    <header className={styles.titleBar}>
      {compact ? (
        <IconButton
          label="Sessions"
          icon={PanelLeft}
          onClick={() => store.setState(({ sidebarOpen }) => ({ sidebarOpen: !sidebarOpen }))}
        />
      ) : null}
      <h1 className={styles.title}>
        {title === null ? (
          <>
            {session?.title ?? 'SPARK'}
            {session?.projectName == null ? null : <span className={styles.project}> · {session.projectName}</span>}
            {session?.simulated === true ? <span className={styles.project}> · simulated</span> : null}
          </>
        ) : (
          <input
            aria-label="Name of the session"
            // oxlint-disable-next-line jsx-a11y/no-autofocus -- the person asked to rename
            autoFocus
            maxLength={200}
            value={title}
            onChange={(event) => setTitle(event.target.value)}
            onBlur={() => finish(true)}
            onKeyDown={(event) => {
              if (event.key === 'Enter') finish(true);
              if (event.key === 'Escape') finish(false);
            }}
          />
        )}
      </h1>
      <IconButton
        label="Rename the session"
        icon={Pencil}
        disabled={session === null}
        onClick={() => setTitle(session?.title ?? null)}
      />
      {session === null ? null : <SessionMenu session={session} />}
      <IconButton
        label={withKeys('Commands', 'palette.open', chosen)}
        icon={Command}
        onClick={() => store.setState({ paletteOpen: true })}
      />
      <IconButton
        label={withKeys('Panel', 'panel.toggle', chosen)}
        icon={PanelRight}
        aria-pressed={hasPanel}
        onClick={() => togglePanel(store, isOneColumn)}
      />
      {compact ? (
        <IconButton
          label={withKeys('Leave the compact window', 'compact.toggle', chosen)}
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
