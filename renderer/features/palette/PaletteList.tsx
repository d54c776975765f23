import { Command } from 'cmdk';
import { SessionsContext, useOpenSession } from '../sessions/index.ts';
import { usePaletteActions } from './usePaletteActions.ts';
import styles from './Palette.module.css';

/** Loaded when the palette is opened for the first time. */
export function PaletteList({ onDone }: { readonly onDone: () => void }) {
  const sessions = SessionsContext.use((state) => state.sessions);
  const { open } = useOpenSession();
  const { actions, files } = usePaletteActions();
  const run = (act: () => void) => () => {
    onDone();
    act();
  };
  return (
    <Command className={styles.command} label="Commands">
      {/* oxlint-disable-next-line jsx-a11y/no-autofocus -- the person opened it to type */}
      <Command.Input className={styles.input} placeholder="Search actions, sessions, changed files" autoFocus />
      <Command.List className={styles.list}>
        <Command.Empty className={styles.none}>Nothing fits these words.</Command.Empty>
        <Command.Group heading="Actions" className={styles.group}>
          {actions.map(({ name, shortcut, act }) => (
            <Command.Item key={name} className={styles.item} onSelect={run(act)}>
              {name}
              {shortcut === undefined ? null : <kbd>{shortcut}</kbd>}
            </Command.Item>
          ))}
        </Command.Group>
        {files.length === 0 ? null : (
          <Command.Group heading="Changed files" className={styles.group}>
            {files.map(({ changeId, path, act }) => (
              <Command.Item key={changeId} value={`${path} ${changeId}`} className={styles.item} onSelect={run(act)}>
                {path}
              </Command.Item>
            ))}
          </Command.Group>
        )}
        {sessions.length === 0 ? null : (
          <Command.Group heading="Sessions" className={styles.group}>
            {sessions.map(({ sessionId, title }) => (
              <Command.Item
                key={sessionId}
                value={`${title} ${sessionId}`}
                className={styles.item}
                onSelect={run(() => open(sessionId))}
              >
                {title}
              </Command.Item>
            ))}
          </Command.Group>
        )}
      </Command.List>
    </Command>
  );
}
