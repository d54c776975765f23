import { useId, type KeyboardEvent } from 'react';
import { Search } from 'lucide-react';
import { Button } from '../../components/Button.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { Notice } from '../../components/Notice.tsx';
import { countOf } from '../../lib/format.ts';
import { safeText } from '../../lib/safeText.ts';
import { WindowContext } from '../../lib/windowStore.ts';
import { SessionList } from '../sessions/index.ts';
import { FilterChips } from './FilterChips.tsx';
import { HistoryContext, emptyFilter } from './historyStore.ts';
import { HitList } from './HitList.tsx';
import { SearchField } from './SearchField.tsx';
import { useOpenHit } from './useOpenHit.ts';
import styles from './History.module.css';

/** All that was said and done on this computer, by words and filters; without any, the sessions by day. */
export function LocalSearch() {
  const { words, status, hits, total, reading, skipped, error, active } = HistoryContext.use((state) => state);
  const { filter, again, setActive } = HistoryContext.useHandle();
  const { store } = WindowContext.useHandle();
  const openHit = useOpenHit();
  const listId = useId();

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
    <>
      <div className={styles.top}>
        <SearchField
          label="Search everything that was said and done"
          placeholder="Words, file, error code, asset"
          words={words}
          onWords={(next) => filter({ words: next })}
          onKeyDown={onKeyDown}
          list={{ id: listId, activeId: hits.length > 0 ? `${listId}-${active}` : null }}
        />
        <FilterChips />
        <p className={styles.count} role="status">
          {status === 'ready' ? (total > 1_000 ? 'More than 1,000 hits' : countOf(total, 'hit')) : ''}
          {status === 'searching' ? 'Searching…' : ''}
          {reading === null || status === 'idle' ? '' : ` · still reading older sessions (${reading} %)`}
          {skipped === 0 || status !== 'ready'
            ? ''
            : ` · ${countOf(skipped, 'older record')} could not be read and cannot be found`}
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
          {reading === null
            ? 'All words must be in one message, call, change, error or asset; beginnings are enough.'
            : 'Older sessions are still being read for the search; what they have comes here by itself.'}
          <div className={styles.emptyActions}>
            <Button onClick={() => filter({ ...emptyFilter, words })}>Search without filters</Button>
          </div>
        </EmptyState>
      ) : null}
      {status !== 'idle' && hits.length > 0 ? <HitList listId={listId} onOpen={openHit} /> : null}
    </>
  );
}
