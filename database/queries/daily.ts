import { z } from 'zod';
import type { SqlClient } from '../pool.ts';

const count = z.coerce.number();
const eventsDaily = z.object({ type: z.string(), events: count, sessions: count });
export type EventsDaily = z.infer<typeof eventsDaily>;
const rolledTable = z.object({ rollup: z.string(), rows: count });
export type RolledTable = z.infer<typeof rolledTable>;
const dueDay = z.object({ day: z.string(), rolledAt: z.date().nullable() });
/** A UTC day, `2026-11-23`, and when it was rolled last. */
export type DueDay = z.infer<typeof dueDay>;
const wrongDay = z.object({ day: z.string(), rolled: count, stored: count });
/** A UTC day whose rolled number of events is not that of spark_events. */
export type WrongDay = z.infer<typeof wrongDay>;

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

/**
 * The UTC days with events written since they were rolled last, oldest first; `before` leaves that day and later ones out,
 * `restMinutes` those that were rolled less than that ago. A few rows per day are read, no events. Roll each with `rollDay`, in a transaction of its own.
 */
export function listDaysDue(reader: SqlClient, before = 'infinity', restMinutes = 0): Promise<DueDay[]> {
  return reader.rows(
    {
      text: `SELECT to_char(day, 'YYYY-MM-DD') AS day, rolled_at AS "rolledAt" FROM spark_days_due($1::date)
             WHERE rolled_at IS NULL OR rolled_at <= now() - make_interval(mins => $2)`,
      values: [before, restMinutes],
    },
    dueDay,
  );
}

/**
 * Days from `since` (ISO 8601) to yesterday that are not due and yet count other events than there are: somebody wrote
 * past `insertEvents`. Counts the events of the window.
 */
export function findWrongDays(reader: SqlClient, since: string): Promise<WrongDay[]> {
  return reader.rows(
    {
      text: `SELECT to_char(day, 'YYYY-MM-DD') AS day, coalesce(d.events, 0) AS rolled, coalesce(e.events, 0) AS stored
             FROM (SELECT (occurred_at AT TIME ZONE 'UTC')::date AS day, count(*) AS events FROM spark_events
                   WHERE occurred_at >= date_trunc('day', $1::timestamptz, 'UTC') AND occurred_at < date_trunc('day', now(), 'UTC')
                   GROUP BY 1) AS e
             FULL JOIN (SELECT day, sum(events) AS events FROM spark_events_daily
                        WHERE day >= ($1::timestamptz AT TIME ZONE 'UTC')::date AND day < (now() AT TIME ZONE 'UTC')::date
                        GROUP BY day) AS d USING (day)
             WHERE e.events IS DISTINCT FROM d.events
               AND day NOT IN (SELECT due.day FROM spark_days_due() AS due)
               AND day NOT IN (SELECT r.day FROM spark_rolled_days r WHERE r.events_dropped_at IS NOT NULL)
             ORDER BY day`,
      values: [since],
    },
    wrongDay,
  );
}
