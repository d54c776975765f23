import { z } from 'zod';
import { eventSchemaVersion, type EventType } from '../../shared/contracts/index.ts';
import type { SqlClient } from '../pool.ts';
import { projectedTables, type ProjectedTable } from '../tables.ts';
import type { Found, SearchWindow } from './sequenceGaps.ts';

const eventWithoutRow = z.object({
  table: z.string(),
  eventId: z.string(),
  sessionId: z.string(),
  seq: z.coerce.number(),
  type: z.string(),
  occurredAt: z.date(),
});
/** An event whose row is not in its table, or is there at an older state. */
export type EventWithoutRow = z.infer<typeof eventWithoutRow>;

const rowWithoutEvent = z.object({
  table: z.string(),
  sessionId: z.string(),
  seq: z.coerce.number(),
  /** The consumer wrote it; else only the app has, and its event has not arrived. */
  recorded: z.boolean(),
  storedAt: z.date(),
});
/** A row whose event, by session and sequence number, is not in spark_events. */
export type RowWithoutEvent = z.infer<typeof rowWithoutEvent>;

interface Match {
  readonly types: readonly EventType[];
  /** How the row of an event `e` is found in the table `t`, besides its session. */
  readonly row: string;
  /** When the row's last event happened, as far as the row tells. */
  readonly time: string;
}

/** As `projections.ts` makes the keys. */
const matches: Readonly<Record<ProjectedTable, Match>> = {
  spark_sessions: { types: ['session'], row: 'true', time: 'coalesce(t.ended_at, t.started_at)' },
  spark_function_calls: {
    types: ['function_call'],
    row: 't.call_id = e.call_id',
    time: 'coalesce(t.finished_at, t.received_at)',
  },
  spark_telemetry: { types: ['telemetry'], row: 't.event_id = e.event_id', time: 't.occurred_at' },
  spark_usage: { types: ['usage'], row: "t.response_id = e.payload ->> 'responseId'", time: 't.occurred_at' },
  spark_previews: {
    types: ['preview.unity.frame'],
    row: "t.frame_id = (e.payload ->> 'frameId')::uuid",
    time: 't.occurred_at',
  },
  spark_generated_scripts: {
    types: ['runtime.unity.script_generated', 'runtime.unity.patch_applied'],
    row: "t.change_id = coalesce((e.payload ->> 'changeId')::uuid, e.event_id)",
    time: 't.occurred_at',
  },
  spark_build_jobs: {
    types: ['build.unity.started', 'build.unity.progress', 'build.unity.completed', 'build.unity.failed'],
    row: "t.build_id = (e.payload ->> 'buildId')::uuid",
    time: 'coalesce(t.finished_at, t.started_at)',
  },
};

/** Events since `since` without their row. Those of a newer schema version are kept whole and have none by design. */
export function findEventsWithoutRow(reader: SqlClient, window: SearchWindow): Promise<Found<EventWithoutRow>> {
  return search(eventWithoutRow, window.limit, (table) =>
    reader.rows(
      {
        text: `SELECT '${table}' AS table, e.event_id AS "eventId", e.session_id AS "sessionId", e.seq, e.type,
                      e.occurred_at AS "occurredAt", count(*) OVER () AS total
               FROM spark_events e
               WHERE e.occurred_at >= $1 AND e.type = ANY ($2::text[])
                 AND coalesce(e.payload -> 'schemaVersion', to_jsonb($3::int)) <= to_jsonb($3::int)
                 AND NOT EXISTS (SELECT FROM ${table} t
                                 WHERE t.session_id = e.session_id AND ${matches[table].row} AND t.seq >= e.seq)
               ORDER BY e.occurred_at LIMIT $4`,
        values: [window.since, matches[table].types, eventSchemaVersion, window.limit],
      },
      eventWithoutRow.extend({ total: z.coerce.number() }),
    ),
  );
}

/** Rows stored since `since` without the event that wrote them last; what retention dropped is not missed. */
export function findRowsWithoutEvent(reader: SqlClient, window: SearchWindow): Promise<Found<RowWithoutEvent>> {
  return search(rowWithoutEvent, window.limit, (table) =>
    reader.rows(
      {
        text: `SELECT '${table}' AS table, t.session_id AS "sessionId", t.seq, t.recorded_at IS NOT NULL AS recorded,
                      t.stored_at AS "storedAt", count(*) OVER () AS total
               FROM ${table} t
               WHERE t.stored_at >= $1 AND t.stored_at <= now() - make_interval(secs => $2) AND t.seq >= 0
                 AND ${matches[table].time} >= coalesce(
                   (SELECT (max(r.day) + 1)::timestamp AT TIME ZONE 'UTC' FROM spark_rolled_days r WHERE r.events_dropped_at IS NOT NULL),
                   '-infinity')
                 AND NOT EXISTS (SELECT FROM spark_events e WHERE e.session_id = t.session_id AND e.seq = t.seq)
               ORDER BY t.stored_at LIMIT $3`,
        values: [window.since, window.settleSeconds, window.limit],
      },
      rowWithoutEvent.extend({ total: z.coerce.number() }),
    ),
  );
}

async function search<T>(
  item: z.ZodType<T>,
  limit: number,
  find: (table: ProjectedTable) => Promise<readonly { readonly total: number }[]>,
): Promise<Found<T>> {
  const items: T[] = [];
  let count = 0;
  for (const table of Object.keys(projectedTables) as ProjectedTable[]) {
    const found = await find(table);
    count += found[0]?.total ?? 0;
    items.push(...found.slice(0, limit - items.length).map((row) => item.parse(row)));
  }
  return { count, items };
}
