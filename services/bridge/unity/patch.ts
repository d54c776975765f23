/**
 * Search/replace edits as a model writes them, applied to the text as it is now: exactly when the search occurs exactly
 * once, else by lines whose white space may differ, again only when one place matches. Nothing is ever guessed between
 * two places. The file's line endings are kept.
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
  const ending = dominantEnding(text);
  let current = text;
  let tolerant = 0;
  for (const [index, edit] of edits.entries()) {
    const replace = withEnding(edit.replace, ending);
    const candidates = [edit.search, withEnding(edit.search, ending)];
    const search = candidates.find((candidate) => current.includes(candidate));
    if (search !== undefined && search !== '') {
      const places = occurrences(current, search);
      const [place] = places;
      if (place === undefined || places.length > 1) {
        return { kind: 'mismatch', edit: index, why: 'ambiguous', lines: places.map((at) => lineAt(current, at)) };
      }
      current = current.slice(0, place) + replace + current.slice(place + search.length);
      continue;
    }
    const loose = applyTolerant(current, edit, ending);
    if (loose.kind === 'mismatch') return { ...loose, edit: index };
    current = loose.text;
    tolerant += 1;
  }
  return { kind: 'applied', text: current, tolerant };
}

/** CRLF when most lines end so, else LF. */
export function dominantEnding(text: string): '\r\n' | '\n' {
  const crlf = text.split('\r\n').length - 1;
  const all = text.split('\n').length - 1;
  return crlf * 2 > all ? '\r\n' : '\n';
}

export const withEnding = (text: string, ending: '\r\n' | '\n'): string => text.replaceAll(/\r\n|\n/g, ending);

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
  ending: '\r\n' | '\n',
):
  | { readonly kind: 'applied'; readonly text: string }
  | { readonly kind: 'mismatch'; readonly why: 'not_found' | 'ambiguous'; readonly lines: readonly number[] } {
  const lines = text.split('\n');
  const wanted = withoutBlankEdges(edit.search.split(/\r?\n/));
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
  const replacement = reindent(withoutBlankEdges(edit.replace.split(/\r?\n/)), wanted, old);
  const tail = old.at(-1)?.endsWith('\r') === true ? '\r' : '';
  const joined = replacement.join(ending);
  const middle = replacement.length === 0 ? [] : [`${joined}${tail}`];
  return {
    kind: 'applied',
    text: [...lines.slice(0, place), ...middle, ...lines.slice(place + wanted.length)].join('\n'),
  };
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
