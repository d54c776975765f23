/**
 * Unified diffs as models write them. The numbers in `@@` lines are often wrong, so a hunk is found by its text; they
 * serve only to choose between places that match alike. A hunk's length is where the next header begins.
 */
export interface HunkLine {
  readonly kind: 'context' | 'removed' | 'added';
  /** Without its line ending. */
  readonly text: string;
}

export interface Hunk {
  /** 1-based line in the old file, when the header gives one. */
  readonly oldStart: number | null;
  readonly lines: readonly HunkLine[];
  /** What the diff says about the end of the new file; null when it says nothing. */
  readonly endsWithNewline: boolean | null;
}

export interface FileDiff {
  /** Null for a diff that names no file (only hunks). */
  readonly path: string | null;
  /** The old side is `/dev/null`. */
  readonly creates: boolean;
  readonly hunks: readonly Hunk[];
}

export type DiffParse =
  | { readonly kind: 'ok'; readonly files: readonly FileDiff[] }
  | { readonly kind: 'refused'; readonly line: number; readonly why: string };

interface OpenFile {
  path: string | null;
  creates: boolean;
  hunks: { oldStart: number | null; lines: HunkLine[]; endsWithNewline: boolean | null }[];
}

export function parseUnifiedDiff(diff: string): DiffParse {
  const lines = unfenced(diff.split(/\r?\n/));
  const files: OpenFile[] = [];
  let file: OpenFile | undefined;
  const refuse = (index: number, why: string): DiffParse => ({ kind: 'refused', line: index + 1, why });

  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] ?? '';
    if (isFileHeader(lines, index)) {
      const [from, to] = [pathOf(line), pathOf(lines[index + 1] ?? '')];
      if (to === '/dev/null') return refuse(index, 'it deletes a file; a patch only changes and creates files');
      file = { path: to, creates: from === '/dev/null', hunks: [] };
      if (from !== null && to !== null && from !== '/dev/null' && from !== to)
        return refuse(index, 'it renames a file; a patch only changes and creates files');
      files.push(file);
      index += 1;
      continue;
    }
    if (line.startsWith('@@')) {
      file ??= files[files.push({ path: null, creates: false, hunks: [] }) - 1];
      const oldStart = /^@@+ -(\d+)/.exec(line)?.[1];
      file?.hunks.push({
        oldStart: oldStart === undefined ? null : Number(oldStart),
        lines: [],
        endsWithNewline: null,
      });
      continue;
    }
    if (isGitNoise(line)) {
      if (/^(rename|copy|deleted) /.test(line)) return refuse(index, 'it renames, copies or deletes a file');
      if (line.startsWith('diff ')) file = undefined;
      continue;
    }
    const hunk = file?.hunks.at(-1);
    if (hunk === undefined) {
      if (line.trim() === '') continue;
      return refuse(index, 'a line stands before the first @@ header');
    }
    if (line.startsWith('\\')) {
      if (hunk.lines.at(-1)?.kind !== 'removed') hunk.endsWithNewline = false;
      else hunk.endsWithNewline ??= true;
      continue;
    }
    // An empty line is a blank line of context whose one blank was lost; at the very end it is only the diff's own.
    if (line === '' && isOnlyBlankUntilNextHeader(lines, index)) continue;
    const kind = line === '' || line.startsWith(' ') ? 'context' : kindOf(line);
    if (kind === undefined) return refuse(index, 'a line of a hunk must begin with a blank, + or -');
    hunk.lines.push({ kind, text: line.slice(1) });
  }
  if (files.every(({ hunks }) => hunks.length === 0)) return refuse(0, 'it has no @@ hunk');
  return { kind: 'ok', files: files.filter(({ hunks }) => hunks.length > 0) };
}

const kindOf = (line: string): 'removed' | 'added' | undefined =>
  line.startsWith('-') ? 'removed' : line.startsWith('+') ? 'added' : undefined;

/** A removed line may itself begin with `-- `; a header is told by the line that follows. */
const isFileHeader = (lines: readonly string[], index: number): boolean =>
  (lines[index]?.startsWith('--- ') ?? false) &&
  (lines[index + 1]?.startsWith('+++ ') ?? false) &&
  ((lines[index + 2] ?? '').startsWith('@@') || lines[index + 2] === undefined);

const isGitNoise = (line: string): boolean =>
  /^(diff --git |diff -|index [0-9a-f]+\.\.|Index: |={10,}$|(new|old|deleted) (file )?mode |rename |copy |similarity )/.test(
    line,
  );

const isOnlyBlankUntilNextHeader = (lines: readonly string[], index: number): boolean => {
  const next = lines.findIndex((line, at) => at > index && line !== '');
  return next === -1 || isFileHeader(lines, next) || /^(diff --git |Index: |={10,}$)/.test(lines[next] ?? '');
};

/** `--- a/Assets/A.cs<tab>date`; the prefixes a/ and b/ are git's. */
function pathOf(line: string): string | null {
  const path = line
    .slice(4)
    .split('\t')[0]
    ?.trim()
    .replace(/^"(.*)"$/, '$1');
  if (path === undefined || path === '') return null;
  return path === '/dev/null' ? path : path.replace(/^[ab]\//, '');
}

/** Without a Markdown fence around the whole. */
function unfenced(lines: readonly string[]): string[] {
  const first = lines.findIndex((line) => line.trim() !== '');
  if (first === -1 || !(lines[first] ?? '').startsWith('```')) return [...lines];
  const last = lines.findLastIndex((line) => /^```\s*$/.test(line));
  return last <= first ? lines.slice(first + 1) : lines.slice(first + 1, last);
}
