import { useState } from 'react';
import { Command, PanelRight, Pencil } from 'lucide-react';
import { IconButton } from '../components/IconButton.tsx';
import { OpenSessionContext, SessionsContext } from '../features/sessions/index.ts';
import { modifierLabel } from '../lib/hooks.ts';
import { WindowContext } from '../lib/windowStore.ts';
import styles from './Shell.module.css';

/** The session's name (it can be changed here) and the two things that are needed from everywhere. */
export function TitleBar() {
  const session = OpenSessionContext.use((state) => state.session);
  const panelOpen = WindowContext.use((state) => state.panelOpen);
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
      <IconButton
        label={`Commands (${modifierLabel()}K)`}
        icon={Command}
        onClick={() => store.setState({ paletteOpen: true })}
      />
      <IconButton
        label={`Panel (${modifierLabel()}.)`}
        icon={PanelRight}
        aria-pressed={panelOpen}
        onClick={() => store.setState({ panelOpen: !panelOpen })}
      />
    </header>
  );
}
