import { diffLines } from 'diff';

export interface LineCounts {
  readonly addedLines: number;
  readonly removedLines: number;
}

/** Beyond this a diff is not worth the wait of the window: the counts are then those of a whole replacement. */
const diffTimeLimitMs = 500;

/** Lines of a text; a final line feed ends the last line and starts none. */
export function countLines(text: string): number {
  if (text === '') return 0;
  return text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
}

export function countChangedLines(before: string | null, after: string): LineCounts {
  if (before === null) return { addedLines: countLines(after), removedLines: 0 };
  const parts = diffLines(before, after, { timeout: diffTimeLimitMs });
  if (parts === undefined) return { addedLines: countLines(after), removedLines: countLines(before) };
  let addedLines = 0;
  let removedLines = 0;
  for (const part of parts) {
    if (part.added) addedLines += part.count;
    if (part.removed) removedLines += part.count;
  }
  return { addedLines, removedLines };
}
