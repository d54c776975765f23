import { useEffect, useId, useRef, useState, type KeyboardEvent } from 'react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { ChevronDown, ChevronRight } from 'lucide-react';
import type { UasNode } from '../../../shared/contracts/uas.ts';
import { cx } from '../../lib/cx.ts';
import { safeText } from '../../lib/safeText.ts';
import { firstOpen, rowsOf } from './tree.ts';
import styles from './Assets.module.css';

export interface UasTreeProps {
  readonly roots: readonly UasNode[];
  readonly chosenId: string | null;
  readonly onChoose: (id: string) => void;
  /** Ids of objects that an earlier tree does not have. */
  readonly added: ReadonlySet<string>;
}

/** Of `--console-row` in tokens.css. */
const rowHeight = 24;

/** Objects of a prefab or scene; only those in sight are drawn. Arrows move, right opens, left closes. */
export function UasTree({ roots, chosenId, onChoose, added }: UasTreeProps) {
  const [open, setOpen] = useState(() => firstOpen(roots));
  const scroller = useRef<HTMLDivElement>(null);
  const treeId = useId();
  const rows = rowsOf(roots, (id) => open.has(id));
  const at = rows.findIndex(({ node }) => node.id === chosenId);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 12,
  });
  useEffect(() => {
    if (at >= 0) virtual.scrollToIndex(at);
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- a new virtualizer is no news
  }, [at]);

  const set = (id: string, isOpen: boolean): void =>
    setOpen((now) => {
      const next = new Set(now);
      if (isOpen) next.add(id);
      else next.delete(id);
      return next;
    });
  const go = (index: number): void => {
    const row = rows[Math.max(0, Math.min(rows.length - 1, index))];
    if (row !== undefined) onChoose(row.node.id);
  };
  function onKeyDown(event: KeyboardEvent): void {
    const row = rows[at];
    const acts: Readonly<Record<string, () => void>> = {
      ArrowDown: () => go(at + 1),
      ArrowUp: () => go(at - 1),
      Home: () => go(0),
      End: () => go(rows.length - 1),
      ArrowRight: () => {
        if (row === undefined || row.node.children.length === 0) return;
        if (row.open) go(at + 1);
        else set(row.node.id, true);
      },
      ArrowLeft: () => {
        if (row?.open === true) set(row.node.id, false);
        else if (row !== undefined && row.parentId !== null) onChoose(row.parentId);
      },
    };
    const act = acts[event.key];
    if (act === undefined) return;
    act();
    event.preventDefault();
  }

  return (
    <div
      ref={scroller}
      className={styles.tree}
      role="tree"
      aria-label="Objects"
      tabIndex={0}
      aria-activedescendant={at < 0 ? undefined : `${treeId}-${chosenId ?? ''}`}
      onKeyDown={onKeyDown}
      data-testid="asset-tree"
    >
      <div role="presentation" className={styles.rows} style={{ blockSize: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, start }) => {
          const row = rows[index];
          if (row === undefined) return null;
          const { node, level, nth, of, open: isOpen } = row;
          const Chevron = isOpen ? ChevronDown : ChevronRight;
          const parts = node.components.map(({ type }) => type).join(', ');
          return (
            // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the tree has the keys
            <div
              key={node.id}
              id={`${treeId}-${node.id}`}
              role="treeitem"
              aria-level={level}
              aria-posinset={nth}
              aria-setsize={of}
              aria-selected={node.id === chosenId}
              {...(node.children.length === 0 ? {} : { 'aria-expanded': isOpen })}
              aria-label={safeText(
                `${node.name}${node.active ? '' : ', inactive'}${added.has(node.id) ? ', new' : ''}`,
              )}
              className={cx(styles.node, !node.active && styles.inactive, added.has(node.id) && styles.added)}
              style={{ transform: `translateY(${start}px)`, paddingInlineStart: `calc(${level} * var(--space-4))` }}
              onClick={() => onChoose(node.id)}
            >
              <span
                aria-hidden="true"
                className={styles.chevron}
                onClick={() => node.children.length > 0 && set(node.id, !isOpen)}
              >
                {node.children.length === 0 ? null : <Chevron />}
              </span>
              <span className={styles.name}>{safeText(node.name)}</span>
              <span className={styles.parts}>{safeText(parts)}</span>
            </div>
          );
        })}
      </div>
    </div>
  );
}
