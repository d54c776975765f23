import type { WindowComparison } from '../../../database/index.ts';

/** What `check` says of one length of windows: a line, and one for each figure that differs up to the last window. */
export function wordsOf({ grain, since, written, until, rows, late, differences }: WindowComparison): string {
  if (until === null) return `${grain}: nothing to compare, no window is closed in that time`;
  const isMissing = (start: Date): boolean => written === null || start >= written;
  const shown = differences.filter(({ windowStart }) => !isMissing(windowStart));
  const missing = differences.length - shown.length;
  const from = since === null ? '' : `from ${since.toISOString()} `;
  const head = `${grain}: ${rows} figures ${from}to ${until.toISOString()}, ${late} late events among them, ${differences.length} differ`;
  const lines = shown.map(
    ({ windowStart, table, what, windowed, counted }) =>
      `  ${windowStart.toISOString()} ${table} ${what}: windows ${windowed ?? 'nothing'}, events ${counted ?? 'nothing'}`,
  );
  if (missing > 0)
    lines.push(
      written === null
        ? `  No window was ever written, and stored events closed some up to ${until.toISOString()} (${missing} figures): is Flink running?`
        : `  Flink is behind by ${lengthOf(until.getTime() - written.getTime())}: the newest window ends at ${written.toISOString()}, and stored events closed some up to ${until.toISOString()} (${missing} figures). Is it running?`,
    );
  return [head, ...lines].join('\n');
}

function lengthOf(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
