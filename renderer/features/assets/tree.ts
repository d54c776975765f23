import type { UasNode } from '../../../shared/contracts/uas.ts';

/** An object of the tree as a row. */
export interface TreeRow {
  readonly node: UasNode;
  /** From 1. */
  readonly level: number;
  /** Its place among its siblings, from 1, and how many they are. */
  readonly nth: number;
  readonly of: number;
  readonly open: boolean;
  readonly parentId: string | null;
}

/** The rows that are seen: children only below what is open. Pure; without recursion, as trees may be deep. */
export function rowsOf(roots: readonly UasNode[], isOpen: (id: string) => boolean): TreeRow[] {
  const rows: TreeRow[] = [];
  const waiting: TreeRow[] = toRows(roots, 1, null, isOpen).toReversed();
  for (let row = waiting.pop(); row !== undefined; row = waiting.pop()) {
    rows.push(row);
    if (row.open) waiting.push(...toRows(row.node.children, row.level + 1, row.node.id, isOpen).toReversed());
  }
  return rows;
}

const toRows = (
  nodes: readonly UasNode[],
  level: number,
  parentId: string | null,
  isOpen: (id: string) => boolean,
): TreeRow[] =>
  nodes.map((node, index) => ({
    node,
    level,
    nth: index + 1,
    of: nodes.length,
    open: node.children.length > 0 && isOpen(node.id),
    parentId,
  }));

/** Ids that are open at first: all of a small tree, else the roots. */
export function firstOpen(roots: readonly UasNode[], most = 200): ReadonlySet<string> {
  const ids: string[] = [];
  const waiting = [...roots];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    ids.push(node.id);
    if (ids.length > most) return new Set(roots.map(({ id }) => id));
    waiting.push(...node.children);
  }
  return new Set(ids);
}

export function countNodes(roots: readonly UasNode[]): number {
  let count = 0;
  const waiting = [...roots];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    count += 1;
    waiting.push(...node.children);
  }
  return count;
}
