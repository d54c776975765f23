import { z } from 'zod';
import type { SqlClient, SqlStatement } from '../pool.ts';

/* One row by its key, as proof that it is there: what the demo, an acceptance test and a person ask. */

const callFacts = z.object({ name: z.string(), state: z.string() });
const scriptFacts = z.object({ path: z.string(), sha256: z.string().nullable() });
const previewFacts = z.object({ sha256: z.string() });
const buildFacts = z.object({ state: z.string(), outputPath: z.string().nullable() });
const eventRow = z.object({ partition: z.string(), type: z.string(), seq: z.coerce.number(), recordedAt: z.date() });
export type CallFacts = z.infer<typeof callFacts>;
export type ScriptFacts = z.infer<typeof scriptFacts>;
export type PreviewFacts = z.infer<typeof previewFacts>;
export type BuildFacts = z.infer<typeof buildFacts>;
export interface EventFacts {
  /** Name of the monthly partition that holds it. */
  readonly partition: string;
  readonly type: string;
  readonly seq: number;
  /** ISO 8601, the stream's own. */
  readonly recordedAt: string;
}

async function first<T>(client: SqlClient, statement: SqlStatement, row: z.ZodType<T>) {
  return (await client.rows(statement, row))[0];
}

export function findCall(client: SqlClient, sessionId: string, callId: string): Promise<CallFacts | undefined> {
  const text = 'SELECT name, state FROM spark_function_calls WHERE session_id = $1 AND call_id = $2';
  return first(client, { name: 'find-call', text, values: [sessionId, callId] }, callFacts);
}

export function findScript(client: SqlClient, sessionId: string, changeId: string): Promise<ScriptFacts | undefined> {
  const text = 'SELECT path, sha256 FROM spark_generated_scripts WHERE session_id = $1 AND change_id = $2';
  return first(client, { name: 'find-script', text, values: [sessionId, changeId] }, scriptFacts);
}

export function findPreview(client: SqlClient, sessionId: string, frameId: string): Promise<PreviewFacts | undefined> {
  const text = 'SELECT sha256 FROM spark_previews WHERE session_id = $1 AND frame_id = $2';
  return first(client, { name: 'find-preview', text, values: [sessionId, frameId] }, previewFacts);
}

export function findBuild(client: SqlClient, sessionId: string, buildId: string): Promise<BuildFacts | undefined> {
  const text = `SELECT state, output_path AS "outputPath" FROM spark_build_jobs WHERE session_id = $1 AND build_id = $2`;
  return first(client, { name: 'find-build', text, values: [sessionId, buildId] }, buildFacts);
}

/** `occurredAt`, the event's timestamp, finds the partition; the key needs both. */
export async function findEvent(
  client: SqlClient,
  wanted: { readonly eventId: string; readonly occurredAt: string },
): Promise<EventFacts | undefined> {
  const text = `SELECT tableoid::regclass::text AS partition, type, seq, recorded_at AS "recordedAt"
                FROM spark_events WHERE occurred_at = $1 AND event_id = $2`;
  const found = await first(
    client,
    { name: 'find-event', text, values: [wanted.occurredAt, wanted.eventId] },
    eventRow,
  );
  return found === undefined ? undefined : { ...found, recordedAt: found.recordedAt.toISOString() };
}
