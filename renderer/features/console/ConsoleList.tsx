import { useEffect, useId, useRef, useState } from 'react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { CircleAlert, Info, TriangleAlert } from 'lucide-react';
import { cx } from '../../lib/cx.ts';
import { fileNameOf } from '../../lib/format.ts';
import { safeText } from '../../lib/safeText.ts';
import { placeOf, type ConsoleRow, type Level } from './consoleLines.ts';
import { ConsoleContext } from './consoleStore.ts';
import { useRowKeys } from './useRowKeys.ts';
import styles from './Console.module.css';

export const levelIcons: Readonly<Record<Level, typeof Info>> = {
  error: CircleAlert,
  warning: TriangleAlert,
  log: Info,
};

/** Of `--console-row` in tokens.css. */
const rowHeight = 24;

export interface ConsoleListProps {
  readonly rows: readonly ConsoleRow[];
  readonly onExplain: () => void;
}

/** The lines, newest at the end; it follows them until somebody scrolls up. */
export function ConsoleList({ rows, onExplain }: ConsoleListProps) {
  const selected = ConsoleContext.use((state) => state.selected);
  const calls = ConsoleContext.use((state) => state.calls);
  const { select } = ConsoleContext.useHandle();
  const scroller = useRef<HTMLDivElement>(null);
  const listId = useId();
  const [follows, setFollows] = useState(true);
  const items = itemsOf(rows);
  const virtual = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 12,
  });
  const { active, onKeyDown, onRowClick } = useRowKeys({
    ids: rows.map(({ line }) => line.place),
    selected,
    select,
    reveal: (place) => virtual.scrollToIndex(items.findIndex(({ row, isHead }) => !isHead && row.line.place === place)),
    onEnter: onExplain,
  });
  const newest = rows.at(-1)?.line.place;
  useEffect(() => {
    if (follows && newest !== undefined) virtual.scrollToIndex(items.length - 1, { align: 'end' });
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- a new virtualizer is no news
  }, [follows, newest, items.length]);

  return (
    <div className={styles.listBox}>
      <div
        ref={scroller}
        className={styles.scroller}
        onScroll={({ currentTarget: box }) =>
          setFollows(box.scrollTop + box.clientHeight >= box.scrollHeight - rowHeight)
        }
        role="listbox"
        aria-multiselectable="true"
        aria-label="Lines of Unity's console"
        aria-activedescendant={active === null ? undefined : `${listId}-${active}`}
        tabIndex={0}
        onKeyDown={onKeyDown}
        data-testid="console-list"
      >
        <div role="presentation" className={styles.rows} style={{ blockSize: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map(({ index, start }) => {
            const item = items[index];
            if (item === undefined) return null;
            const { line, count } = item.row;
            const Icon = levelIcons[line.severity];
            const call = line.after === null ? undefined : calls.get(line.after.callId);
            const style = { transform: `translateY(${start}px)` };
            if (item.isHead) {
              // Each line's own name says it, too.
              return (
                <div key={`head ${line.place}`} aria-hidden="true" className={styles.head} style={style}>
                  {call === undefined ? 'after a call that is not known' : `after ${safeText(call.summary)}`}
                </div>
              );
            }
            const cause = call === undefined ? '' : `, after ${call.summary}`;
            return (
              // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the listbox has the keys
              <div
                key={line.place}
                id={`${listId}-${line.place}`}
                role="option"
                aria-selected={selected.has(line.place)}
                aria-setsize={rows.length}
                aria-posinset={item.nth}
                aria-label={`${line.severity}: ${safeText(line.message)}${count > 1 ? `, ${count} times` : ''} ${placeOf(line)}${safeText(cause)}`}
                className={cx(styles.row, styles[line.severity], active === line.place && styles.active)}
                style={style}
                onClick={(event) => onRowClick(line.place, event)}
              >
                <Icon className={styles.level} aria-hidden="true" />
                <span className={styles.message}>{safeText(firstLine(line.message))}</span>
                {count > 1 ? <span className={styles.times}>{count}</span> : null}
                <Place line={line} />
              </div>
            );
          })}
        </div>
      </div>
      {follows || rows.length === 0 ? null : (
        <button type="button" className={styles.newest} onClick={() => setFollows(true)}>
          newest ↓
        </button>
      )}
    </div>
  );
}

/** The name may be cut, the number not. */
function Place({ line: { file, line } }: Pick<ConsoleRow, 'line'>) {
  if (file === undefined) return null;
  return (
    <span className={styles.place}>
      <span className={styles.file}>{safeText(fileNameOf(file))}</span>
      {line === undefined || line === 0 ? null : <span>:{line}</span>}
    </span>
  );
}

interface Item {
  readonly row: ConsoleRow;
  /** It says after which call the rows behind it appeared. */
  readonly isHead: boolean;
  /** Of the rows, from 1. */
  readonly nth: number;
}

const itemsOf = (rows: readonly ConsoleRow[]): Item[] =>
  rows.flatMap((row, index) => [
    ...(row.first && (row.line.after !== null || index > 0) ? [{ row, isHead: true, nth: 0 }] : []),
    { row, isHead: false, nth: index + 1 },
  ]);

const firstLine = (message: string): string => message.split('\n', 1)[0]?.slice(0, 500) ?? '';
