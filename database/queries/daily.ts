import { z } from 'zod';
import type { SqlClient } from '../pool.ts';

const count = z.coerce.number();
const eventsDaily = z.object({ type: z.string(), events: count, sessions: count });
export type EventsDaily = z.infer<typeof eventsDaily>;
const rolledTable = z.object({ rollup: z.string(), rows: count });
export type RolledTable = z.infer<typeof rolledTable>;

/** Events per type of one UTC day (`2026-11-23`), as it was rolled last. */
export function readEventsDaily(reader: SqlClient, day: string): Promise<EventsDaily[]> {
  return reader.rows(
    { text: 'SELECT type, events, sessions FROM spark_events_daily WHERE day = $1::date ORDER BY type', values: [day] },
    eventsDaily,
  );
}

/** Rolls one UTC day into the daily tables; needs EXECUTE on the function. */
export function rollDay(client: SqlClient, day: string): Promise<RolledTable[]> {
  return client.rows(
    { text: 'SELECT rollup, row_count AS rows FROM spark_rollup_day($1::date)', values: [day] },
    rolledTable,
  );
}
