/** A piece of text; `hit` where a word was found. */
export interface Segment {
  readonly text: string;
  readonly hit: boolean;
}

/** Where a hit begins, and the place behind its end. */
export interface Hit {
  readonly start: number;
  readonly end: number;
}

/**
 * The part of a text from `from` to before `to` in segments, with an ellipsis where it was cut. `hits` are in order and
 * apart from each other. White space is one space. Pure.
 */
export function markedPart(
  text: string,
  { from, to }: { readonly from: number; readonly to: number },
  hits: readonly Hit[],
): Segment[] {
  const segments: Segment[] = [];
  const add = (start: number, end: number, hit: boolean): void => {
    const piece = text.slice(start, end).replaceAll(/\s+/g, ' ').toWellFormed();
    if (piece !== '') segments.push({ text: piece, hit });
  };
  if (from > 0) segments.push({ text: '…', hit: false });
  let at = from;
  for (const { start, end } of hits) {
    if (start >= to) break;
    add(at, start, false);
    add(start, Math.min(end, to), true);
    at = Math.min(end, to);
  }
  add(at, to, false);
  if (to < text.length) segments.push({ text: '…', hit: false });
  return segments;
}
