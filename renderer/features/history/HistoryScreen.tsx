import { useEffect, useId, useRef, type KeyboardEvent } from 'react';
import { Search, X } from 'lucide-react';
import { Button } from '../../components/Button.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { IconButton } from '../../components/IconButton.tsx';
import { Notice } from '../../components/Notice.tsx';
import { countOf } from '../../lib/format.ts';
import { safeText } from '../../lib/safeText.ts';
import { WindowContext } from '../../lib/windowStore.ts';
import { SessionList } from '../sessions/index.ts';
import { FilterChips } from './FilterChips.tsx';
import { HistoryContext, emptyFilter } from './historyStore.ts';
import { HitList } from './HitList.tsx';
import { useOpenHit } from './useOpenHit.ts';
import styles from './History.module.css';

/** All that was said and done, by words and filters; without any, the sessions by day. */
export function HistoryScreen() {
  const { words, status, hits, total, error, active } = HistoryContext.use((state) => state);
  const { filter, again, setActive } = HistoryContext.useHandle();
  const { store } = WindowContext.useHandle();
  const openHit = useOpenHit();
  const field = useRef<HTMLInputElement>(null);
  const listId = useId();
  useEffect(() => field.current?.focus(), []);

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return;
    const last = hits.length - 1;
    const moves: Partial<Record<string, number>> = {
      ArrowDown: Math.min(active + 1, last),
      ArrowUp: Math.max(active - 1, 0),
      PageDown: Math.min(active + 10, last),
      PageUp: Math.max(active - 10, 0),
    };
    const next = moves[event.key];
    const hit = hits[active];
    if (next !== undefined && last >= 0) {
      event.preventDefault();
      setActive(next);
    } else if (event.key === 'Enter' && hit !== undefined) {
      event.preventDefault();
      openHit(hit);
    } else if (event.key === 'Escape') {
      event.preventDefault();
      if (words === '') store.setState({ view: 'chat' });
      else filter({ words: '' });
    }
  };

  return (
    <div className={styles.screen}>
      <div className={styles.top}>
        <div className={styles.head}>
          <h2>Search</h2>
          <IconButton label="Back to the chat" icon={X} onClick={() => store.setState({ view: 'chat' })} />
        </div>
        <div className={styles.field}>
          <Search aria-hidden="true" />
          <input
            ref={field}
            type="text"
            role="combobox"
            data-testid="history-words"
            aria-label="Search everything that was said and done"
            placeholder="Words, file, error code, asset"
            aria-expanded={hits.length > 0}
            aria-controls={listId}
            aria-activedescendant={hits.length > 0 ? `${listId}-${active}` : undefined}
            aria-autocomplete="list"
            autoComplete="off"
            spellCheck={false}
            maxLength={500}
            value={words}
            onChange={(event) => filter({ words: event.target.value })}
            onKeyDown={onKeyDown}
          />
          {words === '' ? null : <IconButton label="Clear the words" icon={X} onClick={() => filter({ words: '' })} />}
        </div>
        <FilterChips />
        <p className={styles.count} role="status">
          {status === 'ready' ? (total > 1_000 ? 'More than 1,000 hits' : countOf(total, 'hit')) : ''}
          {status === 'searching' ? 'Searching…' : ''}
        </p>
      </div>
      {error === null ? null : (
        <div className={styles.notice}>
          <Notice tone="bad" actions={<Button onClick={again}>Try again</Button>}>
            {error.message}
          </Notice>
        </div>
      )}
      {status === 'idle' ? <SessionList /> : null}
      {status === 'ready' && hits.length === 0 ? (
        <EmptyState
          icon={Search}
          title={words === '' ? 'Nothing fits these filters' : `Nothing has “${safeText(words)}”`}
        >
          All words must be in one message, call, change, error or asset; beginnings are enough.
          <div className={styles.emptyActions}>
            <Button onClick={() => filter({ ...emptyFilter, words })}>Search without filters</Button>
          </div>
        </EmptyState>
      ) : null}
      {status !== 'idle' && hits.length > 0 ? <HitList listId={listId} onOpen={openHit} /> : null}
    </div>
  );
}
