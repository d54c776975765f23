import type { SqlStatement } from './pool.ts';

/**
 * Notes which UTC days these events belong to, so that the days are rolled again: `spark_days_due`. Part of the
 * transaction that inserts them.
 */
export function markDays(times: readonly string[]): SqlStatement {
  const days = new Set(times.map((time) => (time.endsWith('Z') ? time : new Date(time).toISOString()).slice(0, 10)));
  return { name: 'mark-days', text: 'SELECT spark_mark_days($1::date[])', values: [[...days]] };
}
