import { findImbalance } from './delimiters.ts';
import { fail, integerOf, isRecord, textOf, type Body } from './reply.ts';

/** The plugin's `apply_text_edits` without the file: 1-based lines and columns, end exclusive, a tab is one column. */
export type EditOutcome =
  | { readonly kind: 'edited'; readonly text: string }
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'refused'; readonly reply: Body };

interface Span {
  readonly start: number;
  readonly end: number;
  readonly newText: string;
}

const limitBytes = 65_536;
const refused = (error: string, data?: unknown): EditOutcome => ({ kind: 'refused', reply: fail(error, data) });

export function applyTextEdits(original: string, edits: readonly unknown[]): EditOutcome {
  const spans: Span[] = [];
  for (const edit of edits) {
    const span = toSpan(original, isRecord(edit) ? edit : {});
    if ('kind' in span) return span;
    spans.push(span);
  }
  const firstUsing = /^[ \t]*using\s/m.exec(original)?.index;
  if (firstUsing !== undefined && spans.some((span) => span.start < firstUsing)) {
    return refused('using_guard', {
      status: 'using_guard',
      hint: "Refusing to edit before the first 'using'. Use anchor_insert near a method or a structured edit.",
    });
  }
  const bytes = spans.reduce((sum, span) => sum + Buffer.byteLength(span.newText), 0);
  if (bytes > limitBytes) {
    return refused('too_large', { status: 'too_large', limitBytes, hint: 'split into smaller edits' });
  }
  const ordered = spans.toSorted((a, b) => b.start - a.start);
  if (ordered.some((span, index) => index > 0 && span.end > (ordered[index - 1]?.start ?? 0))) {
    return refused('overlap', { status: 'overlap' });
  }
  let text = original;
  for (const span of ordered) text = text.slice(0, span.start) + span.newText + text.slice(span.end);
  if (text === original) return { kind: 'unchanged' };
  return checkBalance(text);
}

function checkBalance(text: string): EditOutcome {
  const imbalance = findImbalance(text);
  if (imbalance === null) return { kind: 'edited', text };
  const { line, expected } = imbalance;
  const evidenceWindow = { startLine: Math.max(1, line - 5), endLine: line + 5 };
  return refused(
    `unbalanced_braces at line ${line}. Call resources/read for lines ${evidenceWindow.startLine}-${evidenceWindow.endLine} and resend a smaller apply_text_edits that restores balance.`,
    { status: 'unbalanced_braces', line, expected, evidenceWindow },
  );
}

function toSpan(text: string, edit: Body): Span | EditOutcome {
  const at = (line: string, column: string): { line: number; column: number; index: number | null } => {
    const position = { line: integerOf(edit, line) ?? 1, column: integerOf(edit, column) ?? 1 };
    return { ...position, index: indexOf(text, position.line, position.column) };
  };
  const start = at('startLine', 'startCol');
  const end = at('endLine', 'endCol');
  if (start.index === null) {
    return refused(`apply_text_edits: start out of range (line ${start.line}, col ${start.column})`);
  }
  if (end.index === null) {
    return refused(`apply_text_edits: end out of range (line ${end.line}, col ${end.column})`);
  }
  const [from, to] = start.index <= end.index ? [start.index, end.index] : [end.index, start.index];
  return { start: from, end: to, newText: textOf(edit, 'newText') };
}

/** Offset of a 1-based position; one column past the end of a line is allowed, a line past the last is not. */
function indexOf(text: string, line: number, column: number): number | null {
  if (line < 1 || column < 1) return null;
  let start = 0;
  for (let current = 1; current < line; current += 1) {
    const newline = text.indexOf('\n', start);
    if (newline === -1) return null;
    start = newline + 1;
  }
  const newline = text.indexOf('\n', start);
  const end = newline === -1 ? text.length : newline;
  return start + column - 1 <= end ? start + column - 1 : null;
}
