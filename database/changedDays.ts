import type { SqlStatement } from './pool.ts';

/**
 * Notes which UTC days (`YYYY-MM-DD`) events belong to, so that the days are rolled again: `spark_days_due`. Part of the
 * transaction that inserts them.
 */
export const markDays = (days: readonly string[]): SqlStatement => ({
  name: 'mark-days',
  text: 'SELECT spark_mark_days($1::date[])',
  values: [days],
});
