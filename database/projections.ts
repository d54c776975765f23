import type { EventOf, SparkEvent } from '../shared/contracts/index.ts';
import type { SqlClient, SqlStatement } from './pool.ts';
import { projectedTables, type ProjectedTable, type RowOf } from './tables.ts';
import { mergeRows, upsertOf } from './upsert.ts';

/** An event and when the stream recorded it; null when the app writes it before it is published. */
export interface RecordedEvent {
  readonly event: SparkEvent;
  /** ISO 8601. */
  readonly recordedAt: string | null;
}

export type ProjectedRows = { readonly [T in ProjectedTable]: readonly RowOf<T>[] };

/** The rows that these events make: per table sorted by key and one per key, whatever the order of the events. */
export function projectEvents(events: readonly RecordedEvent[]): ProjectedRows {
  const projection = new Projection();
  for (const { event, recordedAt } of events) projection.add(event, recordedAt);
  return projection.rows();
}

/** The same, event by event: what of an event no table has is not kept until they are written. */
export class Projection {
  private readonly sessionIds = new Set<string>();
  private readonly added: { [T in ProjectedTable]: RowOf<T>[] } = {
    spark_sessions: [],
    spark_function_calls: [],
    spark_telemetry: [],
    spark_usage: [],
    spark_previews: [],
    spark_generated_scripts: [],
    spark_build_jobs: [],
  };

  add(event: SparkEvent, recordedAt: string | null): void {
    this.sessionIds.add(event.sessionId.toLowerCase());
    addRow(this.added, event, recordedAt);
  }

  rows(): ProjectedRows {
    return mergeAll(this.added);
  }

  /** One statement per table that has rows, sessions first: every writer takes its locks in the same order. */
  statements(): SqlStatement[] {
    if (this.sessionIds.size === 0) return [];
    const rows = this.rows();
    return [
      ensureSessionsOf([...this.sessionIds].sort()),
      ...(Object.keys(projectedTables) as ProjectedTable[]).flatMap((name) =>
        rows[name].length === 0 ? [] : [upsertOf(projectedTables[name], rows[name])],
      ),
    ];
  }
}

function mergeAll(rows: { readonly [T in ProjectedTable]: readonly RowOf<T>[] }): ProjectedRows {
  return {
    spark_sessions: mergeRows(projectedTables.spark_sessions, rows.spark_sessions),
    spark_function_calls: mergeRows(projectedTables.spark_function_calls, rows.spark_function_calls),
    spark_telemetry: mergeRows(projectedTables.spark_telemetry, rows.spark_telemetry),
    spark_usage: mergeRows(projectedTables.spark_usage, rows.spark_usage),
    spark_previews: mergeRows(projectedTables.spark_previews, rows.spark_previews),
    spark_generated_scripts: mergeRows(projectedTables.spark_generated_scripts, rows.spark_generated_scripts),
    spark_build_jobs: mergeRows(projectedTables.spark_build_jobs, rows.spark_build_jobs),
  };
}

/**
 * Writes the rows of these events, one statement per table, within the caller's transaction. The app (before the event
 * is published) and the consumer (after) both write with this: whoever is second finds the row and moves it only
 * forward. `recordedAt` applies to plain events; recorded ones carry their own.
 */
export async function writeProjections(
  client: SqlClient,
  events: readonly (SparkEvent | RecordedEvent)[],
  options: { readonly recordedAt?: string | null } = {},
): Promise<void> {
  const projection = new Projection();
  for (const item of events) {
    if (isRecorded(item)) projection.add(item.event, item.recordedAt);
    else projection.add(item, options.recordedAt ?? null);
  }
  await writeProjection(client, projection);
}

/** Writes the rows of a projection within the caller's transaction. */
export async function writeProjection(client: SqlClient, projection: Projection): Promise<void> {
  for (const statement of projection.statements()) await client.run(statement);
}

// An event may carry any further field, but it always has an id; a recorded one has only its two.
const isRecorded = (item: SparkEvent | RecordedEvent): item is RecordedEvent => !('eventId' in item);

/** A session that is not known yet gets an empty row; its own event fills it. Sorted ids: writers lock in one order. */
export const ensureSessionsOf = (sessionIds: readonly string[]): SqlStatement => ({
  name: 'ensure-sessions',
  text: ensureSessionsSql,
  values: [sessionIds],
});
const ensureSessionsSql = `INSERT INTO spark_sessions (session_id) SELECT unnest($1::uuid[]) ON CONFLICT DO NOTHING`;

function addRow(rows: { [T in ProjectedTable]: RowOf<T>[] }, event: SparkEvent, recordedAt: string | null): void {
  const base = { session_id: event.sessionId.toLowerCase(), seq: event.seq, recorded_at: recordedAt };
  switch (event.type) {
    case 'session':
      rows.spark_sessions.push({
        ...base,
        title: event.title,
        model: event.model ?? null,
        project_name: event.projectName ?? null,
        unity_version: event.unityVersion ?? null,
        user_id: event.userId ?? null,
        simulated: event.simulated ?? false,
        started_at: event.action === 'started' ? event.timestamp : null,
        ended_at: event.action === 'ended' ? event.timestamp : null,
        started_seq: event.action === 'started' ? event.seq : null,
        ended_seq: event.action === 'ended' ? event.seq : null,
      });
      return;
    case 'function_call':
      rows.spark_function_calls.push({
        ...base,
        call_id: event.callId,
        name: event.name,
        effect: event.effect,
        state: event.state,
        arguments: event.argumentsJson ?? null,
        result_summary: event.resultSummary ?? null,
        error_code: event.errorCode ?? null,
        error_message: event.errorMessage ?? null,
        duration_ms: event.durationMs ?? null,
        received_at: event.timestamp,
        finished_at: terminalStates.has(event.state) ? event.timestamp : null,
      });
      return;
    case 'telemetry':
      rows.spark_telemetry.push({
        ...base,
        event_id: event.eventId.toLowerCase(),
        name: event.name,
        value: event.value,
        unit: event.unit,
        attributes: event.attributes === undefined ? null : JSON.stringify(event.attributes),
        occurred_at: event.timestamp,
      });
      return;
    case 'usage':
      rows.spark_usage.push({
        ...base,
        response_id: event.responseId,
        call_id: event.callId ?? null,
        provider: event.provider,
        model: event.model,
        input_tokens: event.inputTokens,
        cached_tokens: event.cachedTokens,
        output_tokens: event.outputTokens,
        input_audio_tokens: event.inputAudioTokens ?? null,
        input_image_tokens: event.inputImageTokens ?? null,
        output_audio_tokens: event.outputAudioTokens ?? null,
        cost_micro_usd: event.costMicroUsd ?? null,
        occurred_at: event.timestamp,
      });
      return;
    case 'preview.unity.frame':
      rows.spark_previews.push({
        ...base,
        frame_id: event.frameId.toLowerCase(),
        call_id: event.callId ?? null,
        change_id: event.changeId?.toLowerCase() ?? null,
        sha256: event.sha256,
        mime_type: event.mimeType,
        width: event.width,
        height: event.height,
        size_bytes: event.sizeBytes,
        capture_source: event.captureSource,
        camera: event.camera ?? null,
        blank: event.blank,
        occurred_at: event.timestamp,
      });
      return;
    case 'runtime.unity.script_generated':
    case 'runtime.unity.patch_applied':
      rows.spark_generated_scripts.push({ ...base, ...scriptRow(event) });
      return;
    case 'build.unity.started':
    case 'build.unity.progress':
    case 'build.unity.completed':
    case 'build.unity.failed':
      rows.spark_build_jobs.push({ ...base, ...buildRow(event) });
      return;
    case 'runtime.unity.asset_ingested':
    case 'runtime.unity.asset_deconstructed':
      return;
  }
}

type ScriptEvent = EventOf<'runtime.unity.script_generated'> | EventOf<'runtime.unity.patch_applied'>;
type BuildEvent =
  | EventOf<'build.unity.started'>
  | EventOf<'build.unity.progress'>
  | EventOf<'build.unity.completed'>
  | EventOf<'build.unity.failed'>;
type Shared = 'session_id' | 'seq' | 'recorded_at';

const terminalStates: ReadonlySet<string> = new Set(['succeeded', 'failed', 'denied', 'cancelled']);

function scriptRow(event: ScriptEvent): Omit<RowOf<'spark_generated_scripts'>, Shared> {
  const patch = event.type === 'runtime.unity.patch_applied' ? event : undefined;
  return {
    change_id: (event.changeId ?? event.eventId).toLowerCase(),
    kind: patch === undefined ? 'generated' : 'patched',
    call_id: event.callId ?? null,
    script_name: event.scriptName,
    path: event.path,
    sha256: event.sha256 ?? null,
    previous_sha256: event.previousSha256 ?? null,
    size_bytes: event.sizeBytes ?? null,
    lines: event.lines ?? null,
    compile_status: event.compileStatus ?? null,
    compile_errors: event.compileErrors ?? null,
    edits_applied: patch?.editsApplied ?? null,
    contents: event.contents ?? null,
    prompt: event.prompt ?? null,
    occurred_at: event.timestamp,
  };
}

function buildRow(event: BuildEvent): Omit<RowOf<'spark_build_jobs'>, Shared> {
  const started = event.type === 'build.unity.started' ? event : undefined;
  const progress = event.type === 'build.unity.progress' ? event : undefined;
  const end = event.type === 'build.unity.completed' || event.type === 'build.unity.failed' ? event : undefined;
  const state = event.type.slice('build.unity.'.length);
  return {
    build_id: event.buildId.toLowerCase(),
    call_id: event.callId ?? null,
    job_id: event.jobId ?? null,
    target: event.target,
    development: started?.development ?? null,
    state,
    phase: progress?.phase ?? state,
    output_path: event.outputPath ?? null,
    estimate_ms: progress?.estimateMs ?? null,
    elapsed_ms: end?.durationMs ?? event.elapsedMs ?? null,
    size_bytes: end?.sizeBytes ?? null,
    warnings: end?.warnings ?? null,
    errors: end?.errors ?? null,
    reason: event.type === 'build.unity.failed' ? event.reason : null,
    started_at: event.timestamp,
    finished_at: end === undefined ? null : event.timestamp,
  };
}
