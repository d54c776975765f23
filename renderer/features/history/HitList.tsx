import { useEffect, useRef } from 'react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { Box, CircleAlert, FileDiff, Hammer, MessageSquare, PanelLeft } from 'lucide-react';
import type { HistoryHit, HistoryKind } from '../../../shared/contracts/api/index.ts';
import { cx } from '../../lib/cx.ts';
import { formatAge } from '../../lib/format.ts';
import { useNow } from '../../lib/hooks.ts';
import { safeText } from '../../lib/safeText.ts';
import { kindNames } from './FilterChips.tsx';
import { HistoryContext } from './historyStore.ts';
import styles from './History.module.css';

const icons: Readonly<Record<HistoryKind, typeof Box>> = {
  session: PanelLeft,
  message: MessageSquare,
  call: Hammer,
  change: FileDiff,
  error: CircleAlert,
  asset: Box,
};
const people = { user: 'you', assistant: 'SPARK', notice: 'notice' } as const;
/** An answer is Markdown; its marks are no words. */
const textOf = ({ who }: HistoryHit, text: string): string =>
  safeText(who === 'assistant' ? text.replaceAll(/\*\*|`+|^#+ /g, '') : text);
/** Two lines and the line of its session. */
const estimate = 64;

/** What was found; the field above has the focus and the keys. */
export function HitList({ listId, onOpen }: { readonly listId: string; readonly onOpen: (hit: HistoryHit) => void }) {
  const { hits, total, active } = HistoryContext.use((state) => state);
  const { more, setActive } = HistoryContext.useHandle();
  const scroller = useRef<HTMLDivElement>(null);
  const now = useNow(true, 60_000);
  // oxlint-disable-next-line react/incompatible-library -- there is no React Compiler here
  const list = useVirtualizer({
    count: hits.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => estimate,
    getItemKey: (index) => hits[index]?.hitId ?? index,
    overscan: 8,
  });
  useEffect(() => {
    list.scrollToIndex(active);
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- a new virtualizer is no move
  }, [active]);
  const rows = list.getVirtualItems();
  const lastShown = rows.at(-1)?.index ?? 0;
  useEffect(() => {
    if (lastShown >= hits.length - 10) more();
  }, [lastShown, hits.length, more]);

  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable to be scrolled by key
    <div ref={scroller} className={styles.scroller} tabIndex={0}>
      <div
        id={listId}
        role="listbox"
        aria-label="Hits"
        className={styles.rows}
        style={{ blockSize: list.getTotalSize() }}
      >
        {rows.map(({ index, key, start }) => {
          const hit = hits[index];
          if (hit === undefined) return null;
          const Icon = icons[hit.kind];
          return (
            // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus -- the field has the keys
            <div
              key={key}
              ref={list.measureElement}
              data-index={index}
              data-testid="history-hit"
              id={`${listId}-${index}`}
              role="option"
              aria-selected={index === active}
              aria-setsize={total > 1_000 ? -1 : total}
              aria-posinset={index + 1}
              className={cx(styles.hit, index === active && styles.active)}
              style={{ insetBlockStart: start }}
              onMouseMove={() => {
                if (index !== active) setActive(index);
              }}
              onClick={() => onOpen(hit)}
            >
              <Icon className={cx(styles.icon, hit.kind === 'error' && styles.bad)} aria-hidden="true" />
              <div className={styles.text}>
                <p className={styles.excerpt}>
                  {hit.excerpt.map((segment, at) =>
                    // oxlint-disable-next-line react/no-array-index-key -- segments have no other name and never move
                    segment.hit ? <mark key={at}>{textOf(hit, segment.text)}</mark> : textOf(hit, segment.text),
                  )}
                </p>
                <p className={styles.facts}>
                  <span>{kindNames[hit.kind][0]}</span>
                  {hit.who === null ? null : <span>{people[hit.who]}</span>}
                  {hit.kind === 'session' ? null : <span className={styles.name}>{safeText(hit.title)}</span>}
                  {hit.projectName === null ? null : <span className={styles.name}>{safeText(hit.projectName)}</span>}
                  <span>{formatAge(hit.at, now)}</span>
                </p>
              </div>
            </div>
          );
        })}
      </div>
    </div>
  );
}
