import { diffArrays } from 'diff';
import { AppError, InvariantError } from '../../../shared/errors/index.ts';

/**
 * From a text to another as edits that Unity's `apply_text_edits` takes: 1-based lines and columns, end exclusive, a
 * column is one UTF-16 unit, and CRLF, LF and a lone CR each end a line. Whole lines are replaced.
 *
 * Two of its habits shape the result. A single edit near a method header is turned into a rewrite of that method, more
 * than one never is: so an empty insertion at the end of the file goes along. And what stands before the first `using`
 * cannot be edited at all.
 */
export interface TextEdit {
  readonly startLine: number;
  readonly startCol: number;
  readonly endLine: number;
  readonly endCol: number;
  readonly newText: string;
}

export const maxEditBytes = 64 * 1024;

interface Span {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The edits, or why Unity would refuse them: over 64 KiB, or before the first `using`. Can be cloned. */
export type FoundEdits =
  | { readonly kind: 'edits'; readonly edits: TextEdit[] }
  | { readonly kind: 'refused'; readonly message: string; readonly data: Readonly<Record<string, unknown>> };

/** Where they are found: long texts in another thread. */
export type FindEdits = (before: string, after: string) => Promise<FoundEdits>;

/** The edits. Throws AppError `unity_rejected` for those that Unity would refuse. */
export function requireEdits(found: FoundEdits): TextEdit[] {
  if (found.kind === 'refused') throw new AppError('unity_rejected', found.message, { data: found.data });
  return found.edits;
}

export function findTextEdits(before: string, after: string): FoundEdits {
  const spans = lineSpans(before, after);
  const bytes = spans.reduce((sum, { text }) => sum + Buffer.byteLength(text, 'utf8'), 0);
  if (bytes > maxEditBytes) {
    return {
      kind: 'refused',
      message: `The change is ${Math.ceil(bytes / 1024)} KiB of new text; Unity takes at most 64 KiB at once. Make it in smaller steps.`,
      data: { bytes, limitBytes: maxEditBytes },
    };
  }
  const header = firstUsing(before);
  if (spans.some(({ start }) => start < header)) {
    return {
      kind: 'refused',
      message: 'Unity refuses changes to the lines before the first "using". Keep these lines as they are in the file.',
      data: { keep: before.slice(0, header) },
    };
  }
  const starts = lineStarts(before);
  const withTail = [...spans, { start: before.length, end: before.length, text: '' }];
  const edits = withTail.map(({ start, end, text }) => {
    const from = positionOf(starts, start);
    const to = positionOf(starts, end);
    return { startLine: from.line, startCol: from.column, endLine: to.line, endCol: to.column, newText: text };
  });
  if (applied(before, starts, edits) !== after) throw new InvariantError('Text edits do not produce the planned text.');
  return { kind: 'edits', edits };
}

function lineSpans(before: string, after: string): Span[] {
  const changes = diffArrays(splitLines(before), splitLines(after), { timeout: 500 });
  if (changes === undefined) return [commonEdgesSpan(before, after)];
  const spans: Span[] = [];
  let at = 0;
  let open: { start: number; end: number; text: string } | undefined;
  for (const change of changes) {
    const length = change.value.reduce((sum, line) => sum + line.length, 0);
    if (!change.added && !change.removed) {
      if (open !== undefined) spans.push(open);
      open = undefined;
      at += length;
      continue;
    }
    open ??= { start: at, end: at, text: '' };
    if (change.removed) {
      at += length;
      open.end = at;
    } else {
      open.text += change.value.join('');
    }
  }
  if (open !== undefined) spans.push(open);
  return spans;
}

/** One edit between the first and the last line that differ; for texts too different to be compared in time. */
function commonEdgesSpan(before: string, after: string): Span {
  const [old, wanted] = [splitLines(before), splitLines(after)];
  let head = 0;
  while (head < old.length && head < wanted.length && old[head] === wanted[head]) head += 1;
  let tail = 0;
  const most = Math.min(old.length, wanted.length) - head;
  while (tail < most && old[old.length - 1 - tail] === wanted[wanted.length - 1 - tail]) tail += 1;
  const start = old.slice(0, head).join('').length;
  const end = before.length - old.slice(old.length - tail).join('').length;
  return { start, end, text: wanted.slice(head, wanted.length - tail).join('') };
}

const splitLines = (text: string): string[] => text.match(/[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$/g) ?? [];

function lineStarts(text: string): number[] {
  const starts = [0];
  let at = 0;
  for (const line of splitLines(text)) {
    at += line.length;
    if (/[\r\n]$/.test(line)) starts.push(at);
  }
  return starts;
}

function positionOf(starts: readonly number[], offset: number): { line: number; column: number } {
  const index = starts.findLastIndex((start) => start <= offset);
  return { line: index + 1, column: offset - (starts[index] ?? 0) + 1 };
}

/** Where Unity's own guard ends: at the first `using` directive, or 0 without one. */
function firstUsing(text: string): number {
  const using = /^\s*using\s+(?:static\s+)?(?:[A-Za-z_]\w*\s*=\s*)?[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*\s*;/m;
  return using.exec(text)?.index ?? 0;
}

/** What Unity will make of the edits: from the last to the first. */
function applied(text: string, starts: readonly number[], edits: readonly TextEdit[]): string {
  const offset = (line: number, column: number): number => (starts[line - 1] ?? text.length) + column - 1;
  return edits.toReversed().reduce((result, edit) => {
    const [start, end] = [offset(edit.startLine, edit.startCol), offset(edit.endLine, edit.endCol)];
    return result.slice(0, start) + edit.newText + result.slice(end);
  }, text);
}
