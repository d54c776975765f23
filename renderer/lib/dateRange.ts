/** When, by this machine's calendar; `between` has days as `YYYY-MM-DD`, either may be empty. */
export type Range =
  | { readonly kind: 'any' | 'today' | 'week' | 'month' }
  | { readonly kind: 'between'; readonly first: string; readonly last: string };

export const rangeNames = {
  any: 'Any time',
  today: 'Today',
  week: 'Last 7 days',
  month: 'Last 30 days',
  between: 'Between…',
} as const satisfies Readonly<Record<Range['kind'], string>>;

/** A range as it was kept in JSON; any time when it is none. */
export function rangeFrom(value: unknown): Range {
  const { kind, first, last }: Partial<Record<'kind' | 'first' | 'last', unknown>> =
    typeof value === 'object' && value !== null ? value : {};
  if (kind === 'today' || kind === 'week' || kind === 'month') return { kind };
  return kind === 'between' && typeof first === 'string' && typeof last === 'string'
    ? { kind, first, last }
    : { kind: 'any' };
}

const daysBack = { today: 0, week: 6, month: 29 } as const;

/** The beginning of the first day and the end of the last one, ISO 8601. */
export function timesOf(range: Range, now: Date): { readonly from?: string; readonly to?: string } {
  if (range.kind === 'any') return {};
  if (range.kind !== 'between') {
    return { from: new Date(now.getFullYear(), now.getMonth(), now.getDate() - daysBack[range.kind]).toISOString() };
  }
  const from = dayOf(range.first, 0);
  const to = dayOf(range.last, 1);
  return { ...(from === null ? {} : { from }), ...(to === null ? {} : { to }) };
}

function dayOf(day: string, more: number): string | null {
  const [, year, month, date] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(day) ?? [];
  if (year === undefined) return null;
  const time = new Date(Number(year), Number(month) - 1, Number(date) + more);
  return Number.isNaN(time.getTime()) ? null : time.toISOString();
}

/** `Today`, `Yesterday`, then the day. */
export function dayName(timestamp: string, now: Date): string {
  const at = new Date(timestamp);
  const start = new Date(now.getFullYear(), now.getMonth(), now.getDate());
  if (at >= start) return 'Today';
  if (at >= new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1)) return 'Yesterday';
  return at.toLocaleDateString('en', {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    ...(at.getFullYear() === now.getFullYear() ? {} : { year: 'numeric' }),
  });
}
