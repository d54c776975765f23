import { diffLines } from 'diff';

export interface LineCounts {
  readonly addedLines: number;
  readonly removedLines: number;
}

/** What a diff may take of the thread that streams answers. Long texts are compared elsewhere (`Diffs`). */
export const diffLimitHereMs = 15;

/** Lines of a text; a final line feed ends the last line and starts none. */
export function countLines(text: string): number {
  if (text === '') return 0;
  return text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
}

/**
 * Files of 20,000 lines with edits here and there take a few milliseconds; one that was written anew takes longer than
 * the limit, and is then counted by its lines without their order.
 */
export function countChangedLines(before: string | null, after: string, limitMs = diffLimitHereMs): LineCounts {
  if (before === null) return { addedLines: countLines(after), removedLines: 0 };
  const parts = diffLines(before, after, { timeout: limitMs });
  if (parts === undefined) return countWithoutOrder(before, after);
  let addedLines = 0;
  let removedLines = 0;
  for (const part of parts) {
    if (part.added) addedLines += part.count;
    if (part.removed) removedLines += part.count;
  }
  return { addedLines, removedLines };
}

/** Lines that one text has and the other has not, each as often as it stands there; a moved line counts as none. */
function countWithoutOrder(before: string, after: string): LineCounts {
  const left = new Map<string, number>();
  for (const line of before.split('\n')) left.set(line, (left.get(line) ?? 0) + 1);
  let addedLines = 0;
  for (const line of after.split('\n')) {
    const count = left.get(line) ?? 0;
    if (count === 0) addedLines += 1;
    else left.set(line, count - 1);
  }
  let removedLines = 0;
  for (const count of left.values()) removedLines += count;
  return { addedLines, removedLines };
}
