/** Numbers and names as the window writes them. Pure; every input is in the unit that its name says. */

export { formatMicroUsd as formatCost } from '../../shared/domain/money.ts';

/** `4.1 s`, `340 ms`, `3 m 20 s`, `1 h 02 m`. */
export function formatDuration(ms: number): string {
  if (!Number.isFinite(ms) || ms < 0) return '–';
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${(ms / 1_000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1_000);
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} m ${String(seconds % 60).padStart(2, '0')} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} m`;
}

/** Time that ticks: whole seconds, so that the text does not flicker. */
export const formatElapsed = (ms: number): string =>
  ms < 60_000 ? `${Math.max(0, Math.floor(ms / 1_000))} s` : formatDuration(Math.floor(ms / 1_000) * 1_000);

/** `512 B`, `4.2 kB`, `48.6 MB`: decimal units, as Unity's build report writes them. */
export function formatBytes(bytes: number): string {
  if (!Number.isFinite(bytes) || bytes < 0) return '–';
  if (bytes < 1_000) return `${bytes} B`;
  const units = ['kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = -1;
  do {
    value /= 1_000;
    unit += 1;
  } while (value >= 999.95 && unit < units.length - 1);
  return `${value < 100 ? value.toFixed(1) : Math.round(value)} ${units[unit] ?? 'TB'}`;
}

/** The change of a size against an earlier one: `+1.2 MB (+3 %)`, `no change`. */
export function formatSizeChange(bytes: number, before: number): string {
  const difference = bytes - before;
  if (difference === 0) return 'no change';
  const sign = difference > 0 ? '+' : '−';
  const percent = before > 0 ? ` (${sign}${Math.abs((difference / before) * 100).toFixed(1)} %)` : '';
  return `${sign}${formatBytes(Math.abs(difference))}${percent}`;
}

/** `just now`, `4 m ago`, `3 h ago`, then the date. */
export function formatAge(timestamp: string, now: number): string {
  const ms = now - Date.parse(timestamp);
  if (Number.isNaN(ms)) return '';
  if (ms < 60_000) return 'just now';
  if (ms < 3_600_000) return `${Math.floor(ms / 60_000)} m ago`;
  if (ms < 86_400_000) return `${Math.floor(ms / 3_600_000)} h ago`;
  return new Date(timestamp).toLocaleDateString('en', { day: 'numeric', month: 'short', year: 'numeric' });
}

/** The last part of a path. */
export const fileNameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** `1 line`, `64 lines`. */
export const countOf = (count: number, one: string, many = `${one}s`): string =>
  `${count.toLocaleString('en')} ${count === 1 ? one : many}`;

/** Lines of a text as an editor counts them. */
export const lineCountOf = (text: string): number => (text === '' ? 0 : text.replace(/\n$/, '').split('\n').length);
