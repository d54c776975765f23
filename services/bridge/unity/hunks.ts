import { dominantEnding, toLines, wholeLines, type TextLines } from './lineEndings.ts';
import { squeeze, type PatchResult } from './patch.ts';
import type { Hunk, HunkLine } from './unifiedDiff.ts';

/**
 * Applies the hunks of a diff to the text as it is now, whole lines only. Each is found by its context and removed lines:
 * exactly, else with different white space; among places that match alike only the one that the header names counts, so
 * nothing is guessed. All hunks are found in the old text before any is applied. Context keeps the file's own bytes.
 */
export function applyHunks(text: string, hunks: readonly Hunk[]): PatchResult {
  const file = toLines(text);
  const ending = dominantEnding(text);
  const found: Place[] = [];
  for (const [edit, hunk] of hunks.entries()) {
    const place = locate(file, hunk, found);
    if ('why' in place) return { kind: 'mismatch', edit, ...place };
    found.push(place);
  }

  const ordered = found.toSorted((a, b) => a.start - b.start);
  const out: string[] = [];
  let at = 0;
  for (const place of ordered) {
    out.push(wholeLines(file, at, place.start));
    out.push(...replaced(file, place, ending));
    at = place.start + place.length;
  }
  out.push(wholeLines(file, at, file.lines.length));
  const tolerant = found.filter(({ exact }) => !exact).length;
  return { kind: 'applied', text: finishEnd(out, ordered.at(-1), file, ending), tolerant };
}

interface Place {
  readonly start: number;
  /** Lines of the old file that the hunk covers. */
  readonly length: number;
  readonly exact: boolean;
  readonly lines: readonly HunkLine[];
  readonly endsWithNewline: boolean | null;
}

type NoPlace = { readonly why: 'not_found' | 'ambiguous'; readonly lines: readonly number[] };

function locate(file: TextLines, hunk: Hunk, taken: readonly Place[]): Place | NoPlace {
  const isFree = (start: number, length: number): boolean =>
    taken.every(
      (place) => start >= place.start + Math.max(place.length, 1) || start + Math.max(length, 1) <= place.start,
    );
  const variants = [
    { lines: hunk.lines, same: (a: string, b: string): boolean => a === b, exact: true, dropped: 0 },
    {
      ...withoutBlankEdges(hunk.lines),
      same: (a: string, b: string): boolean => squeeze(a) === squeeze(b),
      exact: false,
    },
  ];
  const { oldStart } = hunk;
  for (const { lines, same, exact, dropped } of variants) {
    const old = lines.filter(({ kind }) => kind !== 'added').map((line) => line.text);
    if (old.length === 0) {
      // Only added lines: nothing to be found by. An empty file has one place for them.
      if (file.lines.length === 0) return { start: 0, length: 0, exact, lines, endsWithNewline: hunk.endsWithNewline };
      continue;
    }
    const starts = startsOf(file, old, same).filter((start) => isFree(start, old.length));
    const named = starts.find((start) => oldStart !== null && start + 1 === oldStart + dropped);
    const start = starts.length > 1 ? named : starts[0];
    if (start !== undefined) return { start, length: old.length, exact, lines, endsWithNewline: hunk.endsWithNewline };
    if (starts.length > 1) return { why: 'ambiguous', lines: starts.map((at) => at + 1) };
  }
  const nearest = nearestOf(file, hunk);
  return { why: 'not_found', lines: nearest === null ? [] : [nearest] };
}

function startsOf(file: TextLines, old: readonly string[], same: (a: string, b: string) => boolean): number[] {
  const starts: number[] = [];
  for (let at = 0; at + old.length <= file.lines.length; at += 1) {
    if (old.every((line, offset) => same(line, file.lines[at + offset] ?? ''))) starts.push(at);
  }
  return starts;
}

/** 1-based line of the place that shares most lines with the hunk, or null. */
function nearestOf(file: TextLines, hunk: Hunk): number | null {
  const old = hunk.lines.filter(({ kind }) => kind !== 'added').map(({ text }) => squeeze(text));
  let best = { line: 0, score: 0 };
  for (let at = 0; at < file.lines.length; at += 1) {
    const score = old.filter((line, offset) => line !== '' && squeeze(file.lines[at + offset] ?? '') === line).length;
    if (score > best.score) best = { line: at + 1, score };
  }
  return best.score === 0 ? null : best.line;
}

function replaced(file: TextLines, place: Place, ending: string): string[] {
  const old = place.lines.filter(({ kind }) => kind !== 'added').map(({ text }) => text);
  const added = place.lines.filter(({ kind }) => kind === 'added').map(({ text }) => text);
  const fileLines = file.lines.slice(place.start, place.start + place.length);
  const moved = place.exact ? added : reindent(added, old, fileLines);
  const out: string[] = [];
  let at = place.start;
  let next = 0;
  for (const { kind } of place.lines) {
    if (kind === 'added') {
      out.push(`${moved[next] ?? ''}${ending}`);
      next += 1;
      continue;
    }
    if (kind === 'context') out.push(`${file.lines[at] ?? ''}${file.endings[at] || ending}`);
    at += 1;
  }
  return out;
}

/** Moves added lines to the file's indentation: by a matched line of the same indentation, else by the nearest less one. */
function reindent(added: readonly string[], old: readonly string[], file: readonly string[]): string[] {
  const indents = new Map<string, string>();
  for (const [index, line] of old.entries()) {
    if (line.trim() !== '') indents.set(indentOf(line), indentOf(file[index] ?? ''));
  }
  const known = [...indents.keys()].toSorted((a, b) => b.length - a.length);
  return added.map((line) => {
    if (line.trim() === '') return '';
    const from = known.find((indent) => line.startsWith(indent));
    return from === undefined ? line : `${indents.get(from) ?? ''}${line.slice(from.length)}`;
  });
}

const indentOf = (line: string): string => /^[\t ]*/.exec(line)?.[0] ?? '';

/** The last line's ending: as the diff says when it reaches the end of the file, else as it was. */
function finishEnd(out: readonly string[], last: Place | undefined, file: TextLines, ending: string): string {
  const text = out.join('');
  const reachesEnd = last !== undefined && last.start + last.length === file.lines.length;
  if (!reachesEnd) return text;
  const had = file.lines.length === 0 || (file.endings.at(-1) ?? '') !== '';
  const wants = last.endsWithNewline ?? had;
  if (wants) return text === '' || /[\r\n]$/.test(text) ? text : `${text}${ending}`;
  return text.replace(/(?:\r\n|\r|\n)$/, '');
}

/** Blank context at the edges is what models lose first. `dropped` counts the old lines left out before. */
function withoutBlankEdges(lines: readonly HunkLine[]): {
  readonly lines: readonly HunkLine[];
  readonly dropped: number;
} {
  const matters = ({ kind, text }: HunkLine): boolean => kind !== 'context' || text.trim() !== '';
  const first = lines.findIndex(matters);
  return first === -1
    ? { lines: [], dropped: 0 }
    : { lines: lines.slice(first, lines.findLastIndex(matters) + 1), dropped: first };
}
