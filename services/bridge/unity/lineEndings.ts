import { diffArrays } from 'diff';

/**
 * Line endings of a text: CRLF, LF and a lone CR each end a line, as they do for Unity and the C# compiler. What a
 * model writes is matched whatever they are, and what is written follows the text.
 */
export type LineEnding = '\r\n' | '\n' | '\r';

export interface TextLines {
  /** Without their endings. */
  readonly lines: readonly string[];
  /** One per line; empty for a last line that has none. */
  readonly endings: readonly string[];
}

const anyEnding = /\r\n|\r|\n/g;

/** The one that most lines have: CRLF or a lone CR only by a majority, else LF. */
export function dominantEnding(text: string): LineEnding {
  const all = text.match(anyEnding) ?? [];
  const count = (ending: LineEnding): number => all.filter((each) => each === ending).length;
  if (count('\r\n') * 2 > all.length) return '\r\n';
  return count('\r') * 2 > all.length ? '\r' : '\n';
}

/** The one kind of ending that the text has; null for several kinds, or none. */
export function onlyEnding(text: string): LineEnding | null {
  const ending = dominantEnding(text);
  return text.search(anyEnding) !== -1 && withEnding(text, ending) === text ? ending : null;
}

export const withEnding = (text: string, ending: LineEnding): string => text.replaceAll(anyEnding, ending);

/**
 * A text that came back from an editor which knows line feeds only, with the endings it had: lines that are still there
 * keep their own, new ones get the one that most lines have.
 */
export function withEndingsOf(edited: string, original: string): string {
  const only = onlyEnding(original);
  if (only !== null) return withEnding(edited, only);
  const [now, before] = [toLines(edited), toLines(original)];
  const changes = diffArrays([...before.lines], [...now.lines], { timeout: 500 });
  const ending = dominantEnding(original);
  if (changes === undefined) return withEnding(edited, ending);
  let [old, at, text] = [0, 0, ''];
  for (const { added, removed, value } of changes) {
    if (!removed) {
      for (const [index, line] of value.entries()) {
        const kept = added ? ending : before.endings[old + index] || ending;
        // A CR before an empty line's LF would make one ending of two.
        const own = line === '' && kept === '\n' && text.endsWith('\r') ? '\r\n' : kept;
        // Only the last line can have none, and whether it does is the editor's to say.
        text += now.endings[at + index] === '' ? line : `${line}${own}`;
      }
      at += value.length;
    }
    if (!added) old += value.length;
  }
  return text;
}

export function toLines(text: string): TextLines {
  const parts = text.match(/[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$/g) ?? [];
  const endings = parts.map((part) => /(?:\r\n|\r|\n)$/.exec(part)?.[0] ?? '');
  return { lines: parts.map((part, index) => part.slice(0, part.length - (endings[index]?.length ?? 0))), endings };
}

/** The lines from one to another (exclusive) as they stand in the text. */
export const wholeLines = ({ lines, endings }: TextLines, from: number, to: number): string =>
  lines
    .slice(from, to)
    .map((line, index) => `${line}${endings[from + index] ?? ''}`)
    .join('');

/** The text with line feeds only, and where a place of it is in the text itself. */
export function withLineFeeds(text: string): {
  readonly text: string;
  readonly originalOf: (offset: number) => number;
} {
  // Each CRLF that lies before a place moves it by one.
  const pairs: number[] = [];
  for (const { index, 0: ending } of text.matchAll(anyEnding)) if (ending === '\r\n') pairs.push(index - pairs.length);
  return {
    text: withEnding(text, '\n'),
    originalOf: (offset) => offset + countBelow(pairs, offset),
  };
}

function countBelow(sorted: readonly number[], offset: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? Infinity) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}
