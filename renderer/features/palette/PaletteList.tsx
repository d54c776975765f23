import { useState } from 'react';
import { Command } from 'cmdk';
import { WindowContext } from '../../lib/windowStore.ts';
import { recentOf, withRecent } from './recent.ts';
import { usePaletteEntries, type PaletteEntry } from './usePaletteEntries.ts';
import styles from './Palette.module.css';

const mostRecent = 5;

/** Loaded when the palette is opened for the first time. What was chosen last comes first while nothing is typed. */
export function PaletteList({ onDone }: { readonly onDone: () => void }) {
  const [word, setWord] = useState('');
  const recent = WindowContext.use((state) => state.recent);
  const { store } = WindowContext.useHandle();
  const groups = usePaletteEntries(word);
  const again =
    word === ''
      ? recentOf(
          groups.flatMap(({ entries }) => entries),
          recent,
        ).slice(0, mostRecent)
      : [];
  const shown = [{ name: 'Recent', entries: again }, ...groups].filter(({ entries }) => entries.length > 0);
  const choose =
    ({ id, act }: PaletteEntry) =>
    () => {
      onDone();
      store.setState((state) => ({ recent: withRecent(state.recent, id) }));
      act();
    };
  return (
    <Command className={styles.command} label="Commands">
      <Command.Input
        className={styles.input}
        placeholder="Search actions, sessions, changed files, assets"
        value={word}
        onValueChange={setWord}
        // oxlint-disable-next-line jsx-a11y/no-autofocus -- the person opened it to type
        autoFocus
      />
      <Command.List className={styles.list}>
        <Command.Empty className={styles.none}>Nothing fits these words.</Command.Empty>
        {shown.map(({ name, entries }) => (
          <Command.Group key={name} heading={name} className={styles.group}>
            {entries.map((entry) => (
              <Command.Item
                key={entry.id}
                value={`${name} ${entry.name} ${entry.id}`}
                keywords={[entry.name]}
                className={styles.item}
                onSelect={choose(entry)}
              >
                <span>{entry.name}</span>
                {entry.hint === undefined ? null : <span className={styles.hint}>{entry.hint}</span>}
                {entry.shortcut === undefined ? null : <kbd>{entry.shortcut}</kbd>}
              </Command.Item>
            ))}
          </Command.Group>
        ))}
      </Command.List>
    </Command>
  );
}
