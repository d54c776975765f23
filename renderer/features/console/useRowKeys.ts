import { useState, type KeyboardEvent, type MouseEvent } from 'react';

/**
 * The keys and clicks of a list of which several rows are chosen: arrows move, Shift extends from the last one, Space or
 * Ctrl toggles, Ctrl-A takes all, Escape none. `ids` are the rows as shown, top first.
 */
export function useRowKeys(options: {
  readonly ids: readonly number[];
  readonly selected: ReadonlySet<number>;
  readonly select: (ids: Iterable<number>) => void;
  readonly reveal: (id: number) => void;
  readonly onEnter: () => void;
}): {
  /** The row that has the keyboard; null when none is in the list any more. */
  readonly active: number | null;
  readonly onKeyDown: (event: KeyboardEvent) => void;
  readonly onRowClick: (id: number, event: MouseEvent) => void;
} {
  const { ids, selected, select, reveal, onEnter } = options;
  const [activeId, setActiveId] = useState<number | null>(null);
  const [anchor, setAnchor] = useState<number | null>(null);
  const active = activeId !== null && ids.includes(activeId) ? activeId : null;

  const between = (from: number, to: number): number[] => {
    const [a, b] = [ids.indexOf(from), ids.indexOf(to)];
    return a < 0 ? [to] : ids.slice(Math.min(a, b), Math.max(a, b) + 1);
  };
  const only = (id: number): void => {
    setAnchor(id);
    select([id]);
  };
  const toggle = (id: number): void => {
    setAnchor(id);
    const next = new Set(selected);
    if (!next.delete(id)) next.add(id);
    select(next);
  };

  function move(index: number, extend: boolean, keep: boolean): void {
    const id = ids[Math.max(0, Math.min(ids.length - 1, index))];
    if (id === undefined) return;
    setActiveId(id);
    reveal(id);
    if (extend) select(between(anchor ?? id, id));
    else if (!keep) only(id);
  }

  return {
    active,
    onKeyDown(event) {
      const at = active === null ? -1 : ids.indexOf(active);
      const isModified = event.ctrlKey || event.metaKey;
      const targets: Readonly<Record<string, number>> = {
        ArrowDown: at + 1,
        ArrowUp: at < 0 ? ids.length - 1 : at - 1,
        Home: 0,
        End: ids.length - 1,
        PageDown: at + 12,
        PageUp: at - 12,
      };
      const target = targets[event.key];
      if (target !== undefined) move(target, event.shiftKey, isModified);
      else if (event.key === ' ' && active !== null) toggle(active);
      else if (event.key === 'a' && isModified) select(ids);
      else if (event.key === 'Escape' && selected.size > 0) select([]);
      else if (event.key === 'Enter' && selected.size > 0) onEnter();
      else return;
      event.preventDefault();
      event.stopPropagation();
    },
    onRowClick(id, event) {
      setActiveId(id);
      if (event.shiftKey) select(between(anchor ?? id, id));
      else if (event.ctrlKey || event.metaKey) toggle(id);
      else only(id);
    },
  };
}
