import { defaultRangeExtractor, type Range } from '@tanstack/react-virtual';

/** Rows that a selection may span and still be copied whole. */
const maxSelected = 500;

export interface Pins {
  /** Rows that stay in the page wherever the list is scrolled to: they wait for the person, or hold the focus. */
  readonly rows: readonly number[];
  /** The row in which a selection of text begins; everything from there to what is seen stays, so that it can be copied. */
  readonly selectedFrom: number | null;
}

/** The rows to render, in the order of the conversation. Pure. */
export function rowsOf(range: Range, { rows, selectedFrom }: Pins): number[] {
  const shown = defaultRangeExtractor(range);
  const first = shown[0] ?? 0;
  const last = shown.at(-1) ?? -1;
  const extra = new Set(rows.filter((row) => row >= 0 && row < range.count && (row < first || row > last)));
  if (selectedFrom !== null && Math.abs(selectedFrom - first) <= maxSelected) {
    for (let row = Math.max(0, selectedFrom); row < first; row += 1) extra.add(row);
    for (let row = last + 1; row <= Math.min(selectedFrom, range.count - 1); row += 1) extra.add(row);
  }
  return extra.size === 0 ? shown : [...extra, ...shown].sort((a, b) => a - b);
}

/** The row of the conversation that an element stands in; null when it stands in none. */
export function rowOf(node: Node | null): number | null {
  const element = node instanceof Element ? node : (node?.parentElement ?? null);
  const index = element?.closest<HTMLElement>('[data-index]')?.dataset['index'];
  return index === undefined ? null : Number(index);
}
