import type { ConsoleLine } from '../../../shared/contracts/api/index.ts';
import { safeText } from '../../lib/safeText.ts';

/** What of the console is shown, and how. Pure. */
export type Level = ConsoleLine['severity'];
export const levels: readonly Level[] = ['error', 'warning', 'log'];

export interface ConsoleFilter {
  readonly levels: ReadonlySet<Level>;
  readonly text: string;
  /** Lines before this place are put away by the person; they are still in Unity. */
  readonly clearedBefore: number;
  /** Only lines that appeared after this call. */
  readonly callId: string | null;
  readonly collapse: boolean;
}

/** A row of the list: a line, or several that say the same after one call. */
export interface ConsoleRow {
  /** The newest of them. */
  readonly line: ConsoleLine;
  readonly count: number;
  /** The row before appeared after another call. */
  readonly first: boolean;
}

export function rowsOf(lines: readonly ConsoleLine[], filter: ConsoleFilter): ConsoleRow[] {
  const words = filter.text.trim().toLowerCase();
  const shown = lines.filter(
    (line) =>
      line.place >= filter.clearedBefore &&
      filter.levels.has(line.severity) &&
      (filter.callId === null || line.after?.callId === filter.callId) &&
      (words === '' || line.message.toLowerCase().includes(words) || placeOf(line).toLowerCase().includes(words)),
  );
  const groups = new Map<string, { line: ConsoleLine; count: number }>();
  for (const line of shown) {
    const key = filter.collapse ? sameKey(line) : String(line.place);
    const group = groups.get(key);
    // Deleted first: it stands where its newest line is.
    if (group !== undefined) groups.delete(key);
    groups.set(key, { line, count: (group?.count ?? 0) + 1 });
  }
  let before: string | null | undefined;
  return [...groups.values()].map(({ line, count }) => {
    const call = line.after?.callId ?? null;
    const first = call !== before;
    before = call;
    return { line, count, first };
  });
}

const sameKey = ({ severity, message, file, line, after }: ConsoleLine): string =>
  JSON.stringify([severity, message, file, line, after?.callId]);

export function countsOf(lines: readonly ConsoleLine[], clearedBefore: number): Readonly<Record<Level, number>> {
  const counts = { error: 0, warning: 0, log: 0 };
  for (const { severity, place } of lines) if (place >= clearedBefore) counts[severity] += 1;
  return counts;
}

/** `Assets/Scripts/Player.cs:12`; empty when the line names no file. */
export function placeOf({ file, line }: Pick<ConsoleLine, 'file' | 'line'>): string {
  if (file === undefined) return '';
  return line === undefined || line === 0 ? file : `${file}:${line}`;
}

/** As it is copied, and as the model reads it: severity, code and file are named, whatever Unity's text holds. */
export function textOfLine(line: ConsoleLine): string {
  const code = line.code === undefined ? '' : ` ${line.code}`;
  const place = placeOf(line);
  const cut = line.cut === undefined ? '' : ` [… ${line.cut} more characters]`;
  return `${line.severity}${code}: ${line.message}${cut}${place === '' ? '' : ` (${place})`}`;
}

/** Enough for a stack of errors, and far below what a message takes. */
const maxExplained = 50;
const maxExplainedChars = 20_000;

/** The question to the model: each line quoted, so that what a log says is not taken for what the person says. */
export function explainText(rows: readonly ConsoleRow[]): string {
  const quoted: string[] = [];
  let chars = 0;
  for (const { line, count } of rows.slice(0, maxExplained)) {
    const text = safeText(textOfLine(line)) + (count > 1 ? ` (${count} times)` : '');
    chars += text.length;
    if (chars > maxExplainedChars && quoted.length > 0) break;
    quoted.push(text.slice(0, maxExplainedChars).replaceAll(/^/gm, '> '));
  }
  const left = rows.length - quoted.length;
  const what = rows.length === 1 ? 'this line' : 'these lines';
  return [
    `Explain ${what} of Unity's console: what is the cause, and what should be changed?`,
    '',
    quoted.join('\n'),
    ...(left > 0 ? ['', `(${left} more selected lines are left out.)`] : []),
  ].join('\n');
}
