import { z } from 'zod';
import type { SqlClient } from '../pool.ts';

const found = z.object({ eventId: z.string() });

/**
 * Which of these events have their row in `spark_events`. An event's time is that of its UUIDv7, to the millisecond, and
 * with it each is one look into one partition's primary key: LATERAL keeps the planner from reading whole months.
 */
export async function findStoredEvents(reader: SqlClient, eventIds: readonly string[]): Promise<ReadonlySet<string>> {
  if (eventIds.length === 0) return new Set();
  const rows = await reader.rows(
    {
      name: 'stored-events',
      text: `SELECT wanted.event_id AS "eventId"
             FROM unnest($1::timestamptz[], $2::uuid[]) AS wanted (occurred_at, event_id)
             CROSS JOIN LATERAL (
               SELECT FROM spark_events AS e
               WHERE e.occurred_at = wanted.occurred_at AND e.event_id = wanted.event_id LIMIT 1
             ) AS stored`,
      values: [eventIds.map(timeOf), eventIds],
    },
    found,
  );
  return new Set(rows.map(({ eventId }) => eventId));
}

/** Which of these events belong to a month that has its partition; those of the others were dropped by retention. */
export async function findEventsOfKeptMonths(
  reader: SqlClient,
  eventIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await reader.rows(
    {
      text: `SELECT wanted.event_id AS "eventId"
             FROM unnest($1::timestamptz[], $2::uuid[]) AS wanted (occurred_at, event_id)
             WHERE to_regclass(to_char(wanted.occurred_at AT TIME ZONE 'UTC', '"public.spark_events_y"YYYY"m"MM')) IS NOT NULL`,
      values: [eventIds.map(timeOf), eventIds],
    },
    found,
  );
  return new Set(rows.map(({ eventId }) => eventId));
}

/** RFC 9562: the first 48 bits of a UUIDv7 are milliseconds since the epoch. */
const timeOf = (eventId: string): string =>
  new Date(Number.parseInt(eventId.replaceAll('-', '').slice(0, 12), 16)).toISOString();
