import { useEffect, useRef, type KeyboardEvent } from 'react';
import { Search, X } from 'lucide-react';
import { IconButton } from '../../components/IconButton.tsx';
import styles from './History.module.css';

/** The words; it has the focus when it appears. `list`: what the arrow keys go through while the focus stays here. */
export function SearchField({
  label,
  placeholder,
  words,
  onWords,
  onKeyDown,
  list,
}: {
  readonly label: string;
  readonly placeholder: string;
  readonly words: string;
  readonly onWords: (words: string) => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
  readonly list?: { readonly id: string; readonly activeId: string | null };
}) {
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    // Whoever goes through the choice above by key stays there.
    if (document.activeElement?.matches('input[type="radio"]:focus-visible') === true) return;
    field.current?.focus();
  }, []);
  const combobox =
    list === undefined
      ? {}
      : {
          role: 'combobox',
          'aria-expanded': list.activeId !== null,
          'aria-controls': list.id,
          'aria-activedescendant': list.activeId ?? undefined,
          'aria-autocomplete': 'list' as const,
        };
  return (
    <div className={styles.field}>
      <Search aria-hidden="true" />
      <input
        ref={field}
        type="text"
        {...combobox}
        data-testid="history-words"
        aria-label={label}
        placeholder={placeholder}
        autoComplete="off"
        spellCheck={false}
        maxLength={500}
        value={words}
        onChange={(event) => onWords(event.target.value)}
        onKeyDown={onKeyDown}
      />
      {words === '' ? null : <IconButton label="Clear the words" icon={X} onClick={() => onWords('')} />}
    </div>
  );
}
