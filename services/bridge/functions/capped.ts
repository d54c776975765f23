/** As much as one result may put before the model; the rest is said, never dropped in silence. */
export const maxModelBytes = 16 * 1024;

export interface Capped<T> {
  readonly items: T[];
  /** What was left out and how to get it; null when nothing was. */
  readonly cut: string | null;
}

/** The first items that fit into `maxBytes` as JSON; at least one. */
export function capItems<T>(
  items: readonly T[],
  toCut: (left: number) => string,
  maxBytes: number = maxModelBytes,
): Capped<T> {
  let bytes = 0;
  let count = 0;
  for (const item of items) {
    bytes += Buffer.byteLength(JSON.stringify(item), 'utf8') + 1;
    if (bytes > maxBytes && count > 0) break;
    count += 1;
  }
  return { items: items.slice(0, count), cut: count === items.length ? null : toCut(items.length - count) };
}
