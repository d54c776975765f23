import { z } from 'zod';
import type { SqlClient } from '../pool.ts';

/**
 * Single rows by their keys, for programs that prove what was stored (the demo, an acceptance test of an installation).
 * Each resolves with null while the row is not there.
 */
const first = async <T>(rows: Promise<T[]>): Promise<T | null> => (await rows)[0] ?? null;
const time = z.date().transform((value) => value.toISOString());

const call = z.object({ name: z.string(), state: z.string() });
export const readCallRow = (
  reader: SqlClient,
  sessionId: string,
  callId: string,
): Promise<z.infer<typeof call> | null> =>
  first(
    reader.rows(
      {
        text: 'SELECT name, state FROM spark_function_calls WHERE session_id = $1 AND call_id = $2',
        values: [sessionId, callId],
      },
      call,
    ),
  );

const script = z.object({ path: z.string(), sha256: z.string().nullable() });
export const readScriptRow = (
  reader: SqlClient,
  sessionId: string,
  changeId: string,
): Promise<z.infer<typeof script> | null> =>
  first(
    reader.rows(
      {
        text: 'SELECT path, sha256 FROM spark_generated_scripts WHERE session_id = $1 AND change_id = $2',
        values: [sessionId, changeId],
      },
      script,
    ),
  );

const event = z.object({ partition: z.string(), recordedAt: time });
/** `occurredAt` names the partition, so that only one is read. */
export const readEventRow = (
  reader: SqlClient,
  eventId: string,
  occurredAt: string,
): Promise<z.infer<typeof event> | null> =>
  first(
    reader.rows(
      {
        text: `SELECT tableoid::regclass::text AS partition, recorded_at AS "recordedAt"
               FROM spark_events WHERE occurred_at = $2::timestamptz AND event_id = $1`,
        values: [eventId, occurredAt],
      },
      event,
    ),
  );

const preview = z.object({ sha256: z.string() });
export const readPreviewRow = (
  reader: SqlClient,
  sessionId: string,
  frameId: string,
): Promise<z.infer<typeof preview> | null> =>
  first(
    reader.rows(
      {
        text: 'SELECT sha256 FROM spark_previews WHERE session_id = $1 AND frame_id = $2',
        values: [sessionId, frameId],
      },
      preview,
    ),
  );

const build = z.object({ state: z.string(), outputPath: z.string().nullable() });
export const readBuildRow = (
  reader: SqlClient,
  sessionId: string,
  buildId: string,
): Promise<z.infer<typeof build> | null> =>
  first(
    reader.rows(
      {
        text: 'SELECT state, output_path AS "outputPath" FROM spark_build_jobs WHERE session_id = $1 AND build_id = $2',
        values: [sessionId, buildId],
      },
      build,
    ),
  );
