import { useRef, type ReactNode } from 'react';
import { useVirtualizer } from '@tanstack/react-virtual';
import type { SessionView } from '../../../shared/contracts/api/index.ts';
import { safeText } from '../../lib/safeText.ts';
import type { SessionRow } from './sessionRows.ts';
import styles from './SessionRows.module.css';

/** Rows of `--session-row` in tokens.css; heads are smaller and are measured. */
const rowHeight = 46;

/** Sessions in groups. Ten thousand are as fast as ten: only what is seen is in the page. */
export function SessionRows({
  rows,
  children,
}: {
  readonly rows: readonly SessionRow[];
  readonly children: (session: SessionView) => ReactNode;
}) {
  const scroller = useRef<HTMLDivElement>(null);
  // oxlint-disable-next-line react/incompatible-library -- there is no React Compiler here
  const list = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    getItemKey: (index) => keyOf(rows[index]),
    overscan: 10,
  });
  return (
    <div ref={scroller} className={styles.scroller}>
      <ul className={styles.rows} style={{ blockSize: list.getTotalSize() }}>
        {list.getVirtualItems().map(({ key, index, start }) => {
          const row = rows[index];
          if (row === undefined) return null;
          return (
            <li
              key={key}
              ref={list.measureElement}
              data-index={index}
              className={styles.row}
              style={{ insetBlockStart: start }}
              aria-setsize={rows.length}
              aria-posinset={index + 1}
            >
              {row.kind === 'head' ? <h3 className={styles.head}>{safeText(row.name)}</h3> : children(row.session)}
            </li>
          );
        })}
      </ul>
    </div>
  );
}

const keyOf = (row: SessionRow | undefined): string =>
  row === undefined ? '' : row.kind === 'head' ? `head ${row.name}` : row.session.sessionId;
