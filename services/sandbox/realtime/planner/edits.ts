import { diffArrays } from 'diff';

export interface Edit {
  readonly search: string;
  readonly replace: string;
}

/** Lines `[from, to)` of the old text that become lines `[newFrom, newTo)` of the new one. */
interface Hunk {
  from: number;
  to: number;
  newFrom: number;
  newTo: number;
}

/**
 * The search-and-replace edits that turn `before` into `after`: each search occurs exactly once in `before`, so lines
 * around a change are taken in until it does. Empty when nothing changes.
 */
export function editsBetween(before: string, after: string): Edit[] {
  const oldLines = linesOf(before);
  const newLines = linesOf(after);
  const text = (lines: readonly string[], from: number, to: number): string => lines.slice(from, to).join('');
  const result: Hunk[] = [];
  for (const hunk of hunksBetween(oldLines, newLines)) {
    let current = hunk;
    for (;;) {
      for (let last = result.at(-1); last !== undefined && last.to >= current.from; last = result.at(-1)) {
        result.pop();
        const [from, newFrom] = [Math.min(last.from, current.from), Math.min(last.newFrom, current.newFrom)];
        current = { from, newFrom, to: current.to, newTo: current.newTo };
      }
      const search = text(oldLines, current.from, current.to);
      if (current.from === 0 || (search !== '' && occurrences(before, search) === 1)) break;
      current = { ...current, from: current.from - 1, newFrom: current.newFrom - 1 };
    }
    result.push(current);
  }
  const edits = result.map((hunk) => ({
    search: text(oldLines, hunk.from, hunk.to),
    replace: text(newLines, hunk.newFrom, hunk.newTo),
  }));
  // Where lines repeat so much that no local edit is safe, the whole text is one edit.
  return applyEdits(before, edits) === after ? edits : [{ search: before, replace: after }];
}

function hunksBetween(oldLines: string[], newLines: string[]): Hunk[] {
  const hunks: Hunk[] = [];
  let [at, newAt] = [0, 0];
  let open: Hunk | null = null;
  for (const part of diffArrays(oldLines, newLines)) {
    if (!part.added && !part.removed) {
      at += part.count;
      newAt += part.count;
      open = null;
      continue;
    }
    if (open === null) {
      open = { from: at, to: at, newFrom: newAt, newTo: newAt };
      hunks.push(open);
    }
    if (part.removed) at += part.count;
    else newAt += part.count;
    open.to = at;
    open.newTo = newAt;
  }
  return hunks;
}

/** Lines with their ends, so that joining them gives the text back, byte for byte. */
const linesOf = (text: string): string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];

/** How often `search` occurs in `text`, overlaps counted; an empty search occurs nowhere. */
export function occurrences(text: string, search: string): number {
  if (search === '') return 0;
  let count = 0;
  for (let at = text.indexOf(search); at !== -1; at = text.indexOf(search, at + 1)) count += 1;
  return count;
}

/** Applies edits one after another; null when a search does not occur exactly once. */
export function applyEdits(text: string, edits: readonly Edit[]): string | null {
  let result = text;
  for (const edit of edits) {
    if (occurrences(result, edit.search) !== 1) return null;
    result = result.replace(edit.search, () => edit.replace);
  }
  return result;
}
