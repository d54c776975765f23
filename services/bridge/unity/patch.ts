import { dominantEnding, onlyEnding, toLines, wholeLines, withEnding, withLineFeeds } from './lineEndings.ts';

/**
 * Search/replace edits as a model writes them, applied to the text as it is now: exactly when the search occurs exactly
 * once, else by lines whose white space may differ, again only when one place matches. Nothing is ever guessed between
 * two places, and two places that differ only in their line endings are two. The file's line endings are kept.
 */
export interface SearchReplace {
  readonly search: string;
  readonly replace: string;
}

export type PatchResult =
  | { readonly kind: 'applied'; readonly text: string; readonly tolerant: number }
  | {
      readonly kind: 'mismatch';
      /** Index of the edit that did not apply. */
      readonly edit: number;
      readonly why: 'not_found' | 'ambiguous';
      /** 1-based lines of the places that match, or of the place that is most alike. */
      readonly lines: readonly number[];
    };

export function applySearchReplace(text: string, edits: readonly SearchReplace[]): PatchResult {
  let current = text;
  let tolerant = 0;
  for (const [index, edit] of edits.entries()) {
    const { text: feeds, originalOf } = withLineFeeds(current);
    const search = withEnding(edit.search, '\n');
    const places = search === '' ? [] : occurrences(feeds, search);
    const [place] = places;
    if (places.length > 1) {
      return { kind: 'mismatch', edit: index, why: 'ambiguous', lines: places.map((at) => lineAt(feeds, at)) };
    }
    if (place !== undefined) {
      const [start, end] = [originalOf(place), originalOf(place + search.length)];
      const replace = withEnding(edit.replace, endingOf(current.slice(start, end), text));
      current = current.slice(0, start) + replace + current.slice(end);
      continue;
    }
    const loose = applyTolerant(current, edit);
    if (loose.kind === 'mismatch') return { ...loose, edit: index };
    current = loose.text;
    tolerant += 1;
  }
  return { kind: 'applied', text: current, tolerant };
}

/** What replaces a part has the ending of that part, so that lines it repeats stay as they are. */
const endingOf = (part: string, whole: string) => onlyEnding(part) ?? dominantEnding(whole);

/** Overlapping ones too: "aa" is in "aaa" twice, so it is ambiguous there. */
function occurrences(text: string, search: string): number[] {
  const found: number[] = [];
  for (let at = text.indexOf(search); at !== -1; at = text.indexOf(search, at + 1)) {
    found.push(at);
    if (found.length > 20) break;
  }
  return found;
}

const lineAt = (text: string, offset: number): number => text.slice(0, offset).split('\n').length;

function applyTolerant(
  text: string,
  edit: SearchReplace,
):
  | { readonly kind: 'applied'; readonly text: string }
  | { readonly kind: 'mismatch'; readonly why: 'not_found' | 'ambiguous'; readonly lines: readonly number[] } {
  const file = toLines(text);
  const { lines } = file;
  const wanted = withoutBlankEdges(edit.search.split(/\r\n|\r|\n/));
  const squeezed = lines.map(squeeze);
  const wantedSqueezed = wanted.map(squeeze);
  if (wantedSqueezed.length === 0) return { kind: 'mismatch', why: 'not_found', lines: [] };

  const places: number[] = [];
  let nearest = { line: 0, score: 0 };
  for (let at = 0; at < lines.length; at += 1) {
    const score = wantedSqueezed.filter((line, offset) => line !== '' && squeezed[at + offset] === line).length;
    if (score > nearest.score) nearest = { line: at + 1, score };
    if (wantedSqueezed.every((line, offset) => squeezed[at + offset] === line)) places.push(at);
  }
  const [place] = places;
  if (place === undefined) {
    return { kind: 'mismatch', why: 'not_found', lines: nearest.score === 0 ? [] : [nearest.line] };
  }
  if (places.length > 1) return { kind: 'mismatch', why: 'ambiguous', lines: places.map((at) => at + 1) };

  const old = lines.slice(place, place + wanted.length);
  const replacement = reindent(withoutBlankEdges(edit.replace.split(/\r\n|\r|\n/)), wanted, old);
  const end = place + wanted.length;
  const ending = endingOf(wholeLines(file, place, end), text);
  // The last line keeps its own ending, or keeps having none.
  const middle = replacement.length === 0 ? '' : `${replacement.join(ending)}${file.endings[end - 1] ?? ''}`;
  return { kind: 'applied', text: `${wholeLines(file, 0, place)}${middle}${wholeLines(file, end, lines.length)}` };
}

/** All white space counts as one blank, so that indentation and alignment may differ. */
export const squeeze = (line: string): string => line.trim().replaceAll(/\s+/g, ' ');

function withoutBlankEdges(lines: readonly string[]): string[] {
  const first = lines.findIndex((line) => line.trim() !== '');
  const last = lines.findLastIndex((line) => line.trim() !== '');
  return first === -1 ? [] : lines.slice(first, last + 1);
}

/** Moves the replacement from the indentation the model wrote to the one the file has. */
export function reindent(replacement: readonly string[], wanted: readonly string[], old: readonly string[]): string[] {
  const from = indentOf(wanted[0] ?? '');
  const to = indentOf(old[0] ?? '');
  return replacement.map((line) => {
    if (line.trim() === '') return '';
    return line.startsWith(from) ? `${to}${line.slice(from.length)}` : line;
  });
}

const indentOf = (line: string): string => /^[\t ]*/.exec(line)?.[0] ?? '';
