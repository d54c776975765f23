import { createHash } from 'node:crypto';
import { parseCompilerLine } from './console.ts';
import type { ConsoleEntry } from './replies.ts';
import type { ConsoleMark } from './types.ts';

/** Messages in a fingerprint: a line that repeats itself must not pass for another. */
export const printed = 20;
/** Fewer lines than this without the compiler's are no fingerprint, unless they are all there were. */
const fewestLogs = 3;

export const printOf = (entries: readonly Pick<ConsoleEntry, 'type' | 'message'>[]): string =>
  createHash('sha256')
    .update(JSON.stringify(entries.map(({ type, message }) => [type, message])))
    .digest('hex');

/** The second fingerprint of a mark behind `tail`, the last messages of `total`; null when it would tell nothing. */
export function logsOf(tail: readonly ConsoleEntry[], total: number): ConsoleMark['logs'] | null {
  const logs = tail.filter(isLog);
  const isWhole = tail.length === total;
  return logs.length < fewestLogs && !isWhole ? null : { count: logs.length, print: printOf(logs) };
}

/**
 * Where earlier places are in the end of a console that begins behind `from` messages: how many of `entries` were there
 * then. A place is found where it was, or, when a compile took the compiler's older messages away, behind the same last
 * messages without the compiler's, if they stand together only once. Pure.
 */
export function placeMarks(
  entries: readonly ConsoleEntry[],
  from: number,
  marks: readonly ConsoleMark[],
): (number | null)[] {
  const logs = entries.flatMap((entry, index) => (isLog(entry) ? [{ entry, index }] : []));
  const found = new Map<number, Map<string, number[]>>();
  /** By fingerprint: the ends, counted in logs, of all runs of that many. */
  function runsOf(count: number): Map<string, number[]> {
    const known = found.get(count);
    if (known !== undefined) return known;
    const runs = new Map<string, number[]>();
    for (let end = count; end <= logs.length; end += 1) {
      const print = printOf(logs.slice(end - count, end).map(({ entry }) => entry));
      runs.set(print, [...(runs.get(print) ?? []), end]);
    }
    found.set(count, runs);
    return runs;
  }

  return marks.map((mark) => {
    const at = mark.total - from;
    const length = Math.min(printed, mark.total);
    const stands = at >= length && at <= entries.length && printOf(entries.slice(at - length, at)) === mark.print;
    if (stands) return at;
    if (mark.logs === undefined) return null;
    const { count, print } = mark.logs;
    // All that there was then was the compiler's: the place is the start, as long as it is in sight.
    if (count === 0) return from === 0 ? 0 : null;
    const ends = runsOf(count).get(print) ?? [];
    const [end] = ends;
    if (end === undefined || ends.length > 1) return null;
    // Of a console that was seen whole, the run must be its beginning.
    if (mark.total <= printed && (from > 0 || end !== count)) return null;
    return (logs[end - 1]?.index ?? -1) + 1;
  });
}

const isLog = (entry: ConsoleEntry): boolean => parseCompilerLine(entry) === undefined;
