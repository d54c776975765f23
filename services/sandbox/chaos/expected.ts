/**
 * What the typed tables must hold, told a second time and more simply than the consumer does it: the events of a session
 * are gone through once, in the order of their `seq`, and each changes the row of its key. Nothing of `database/` is
 * used. `recorded_at` is that of the row's last event in `spark_events`.
 */
export interface Accepted {
  readonly sessionId: string;
  readonly seq: number;
  readonly eventId: string;
  readonly event: Fields;
  /** Milliseconds since the epoch; undefined when the event has no row. */
  readonly recordedMs: number | undefined;
}
export type Fields = Readonly<Record<string, unknown>>;
/** Rows of one table by their key, columns by name; times are milliseconds since the epoch. */
export type Rows = Map<string, Fields>;
export type TypedTable = (typeof typedTables)[number];

export const typedTables = [
  'spark_sessions',
  'spark_function_calls',
  'spark_telemetry',
  'spark_usage',
  'spark_previews',
  'spark_generated_scripts',
  'spark_build_jobs',
] as const;

export function foldEvents(events: readonly Accepted[]): Record<TypedTable, Rows> {
  const tables: Record<TypedTable, Rows> = {
    spark_sessions: new Map(),
    spark_function_calls: new Map(),
    spark_telemetry: new Map(),
    spark_usage: new Map(),
    spark_previews: new Map(),
    spark_generated_scripts: new Map(),
    spark_build_jobs: new Map(),
  };
  for (const accepted of [...events].sort((a, b) => a.seq - b.seq)) {
    // Without a row of its own an event is a dead letter: it changes nothing.
    if (accepted.recordedMs === undefined) continue;
    const { sessionId } = accepted;
    if (!tables.spark_sessions.has(sessionId)) {
      tables.spark_sessions.set(sessionId, { ...unknownSession, session_id: sessionId });
    }
    apply(tables, accepted);
  }
  return tables;
}

const unknownSession: Fields = {
  title: '',
  model: null,
  project_name: null,
  unity_version: null,
  user_id: null,
  simulated: false,
  started_at: null,
  ended_at: null,
  started_seq: null,
  ended_seq: null,
  status: 'active',
  seq: -1,
  recorded_at: null,
};

/** Columns that are a field of the row's last event, or null where it has none. */
const lastFields = {
  calls: { call_id: 'callId', name: 'name', effect: 'effect', state: 'state', result_summary: 'resultSummary' },
  callErrors: { error_code: 'errorCode', error_message: 'errorMessage', duration_ms: 'durationMs' },
  telemetry: { event_id: 'eventId', name: 'name', value: 'value', unit: 'unit', attributes: 'attributes' },
  usage: { response_id: 'responseId', provider: 'provider', model: 'model', cost_micro_usd: 'costMicroUsd' },
  tokens: { input_tokens: 'inputTokens', cached_tokens: 'cachedTokens', output_tokens: 'outputTokens' },
  tokensByKind: {
    input_audio_tokens: 'inputAudioTokens',
    input_image_tokens: 'inputImageTokens',
    output_audio_tokens: 'outputAudioTokens',
  },
  previews: { frame_id: 'frameId', call_id: 'callId', change_id: 'changeId', sha256: 'sha256', camera: 'camera' },
  pictures: {
    mime_type: 'mimeType',
    width: 'width',
    height: 'height',
    size_bytes: 'sizeBytes',
    capture_source: 'captureSource',
    blank: 'blank',
  },
  scripts: { change_id: 'changeId', script_name: 'scriptName', path: 'path', sha256: 'sha256', contents: 'contents' },
  files: { previous_sha256: 'previousSha256', size_bytes: 'sizeBytes', lines: 'lines', edits_applied: 'editsApplied' },
  compiles: { compile_status: 'compileStatus', compile_errors: 'compileErrors' },
} as const;

function apply(tables: Record<TypedTable, Rows>, { sessionId, seq, event: e, recordedMs }: Accepted): void {
  const at = Date.parse(String(e['timestamp']));
  const change = (table: TypedTable, key: string | null, make: (old: Fields) => Fields): void => {
    const id = key === null ? sessionId : `${sessionId} ${key}`;
    const old = tables[table].get(id) ?? {};
    tables[table].set(id, { ...old, ...make(old), session_id: sessionId, seq, recorded_at: recordedMs });
  };
  const last = (...maps: readonly Readonly<Record<string, string>>[]): Fields =>
    Object.fromEntries(maps.flatMap((map) => Object.entries(map)).map(([column, name]) => [column, e[name] ?? null]));
  /** The same in every event that has it. */
  const known = (old: Fields, column: string, name: string): Fields => ({ [column]: old[column] ?? e[name] ?? null });

  switch (e['type']) {
    case 'session':
      change('spark_sessions', null, (old) => {
        const started = e['action'] === 'started' ? { started_at: least(old['started_at'], at), started_seq: seq } : {};
        const ended = e['action'] === 'ended' ? { ended_at: greatest(old['ended_at'], at), ended_seq: seq } : {};
        const next: Fields = { ...old, ...started, ...ended };
        return {
          ...next,
          ...known(old, 'model', 'model'),
          ...known(old, 'project_name', 'projectName'),
          ...known(old, 'unity_version', 'unityVersion'),
          ...known(old, 'user_id', 'userId'),
          title: e['title'],
          simulated: old['simulated'] === true || e['simulated'] === true,
          status: Number(next['ended_seq'] ?? -1) > Number(next['started_seq'] ?? -1) ? 'ended' : 'active',
        };
      });
      return;
    case 'function_call':
      change('spark_function_calls', String(e['callId']), (old) => ({
        ...last(lastFields.calls, lastFields.callErrors),
        ...known(old, 'arguments', 'argumentsJson'),
        received_at: least(old['received_at'], at),
        finished_at: isTerminal(e['state']) ? greatest(old['finished_at'], at) : (old['finished_at'] ?? null),
      }));
      return;
    case 'telemetry':
      change('spark_telemetry', String(e['eventId']), () => ({ ...last(lastFields.telemetry), occurred_at: at }));
      return;
    case 'usage':
      change('spark_usage', String(e['responseId']), () => ({
        ...last(lastFields.usage, lastFields.tokens, lastFields.tokensByKind),
        occurred_at: at,
      }));
      return;
    case 'preview.unity.frame':
      change('spark_previews', String(e['frameId']), () => ({
        ...last(lastFields.previews, lastFields.pictures),
        occurred_at: at,
      }));
      return;
    case 'runtime.unity.script_generated':
    case 'runtime.unity.patch_applied':
      change('spark_generated_scripts', String(e['changeId']), (old) => ({
        ...last(lastFields.scripts, lastFields.files, lastFields.compiles),
        ...known(old, 'call_id', 'callId'),
        ...known(old, 'prompt', 'prompt'),
        kind: e['type'] === 'runtime.unity.patch_applied' ? 'patched' : 'generated',
        occurred_at: at,
      }));
      return;
    case 'build.unity.started':
    case 'build.unity.progress':
    case 'build.unity.completed':
    case 'build.unity.failed':
      change('spark_build_jobs', String(e['buildId']), (old) => ({
        ...known(old, 'call_id', 'callId'),
        ...known(old, 'job_id', 'jobId'),
        ...known(old, 'output_path', 'outputPath'),
        ...known(old, 'development', 'development'),
        ...buildRow(e, old, at),
      }));
      return;
    default:
    // No table of its own.
  }
}

function buildRow(e: Fields, old: Fields, at: number): Fields {
  const state = String(e['type']).slice('build.unity.'.length);
  const isOver = state === 'completed' || state === 'failed';
  return {
    build_id: e['buildId'],
    target: e['target'],
    state,
    phase: state === 'progress' ? e['phase'] : state,
    estimate_ms: state === 'progress' ? (e['estimateMs'] ?? null) : null,
    elapsed_ms: greatest(old['elapsed_ms'], isOver ? e['durationMs'] : e['elapsedMs']),
    size_bytes: isOver ? (e['sizeBytes'] ?? null) : null,
    warnings: isOver ? e['warnings'] : null,
    errors: isOver ? e['errors'] : null,
    reason: state === 'failed' ? e['reason'] : null,
    started_at: least(old['started_at'], at),
    finished_at: isOver ? greatest(old['finished_at'], at) : (old['finished_at'] ?? null),
  };
}

const isTerminal = (state: unknown): boolean => ['succeeded', 'failed', 'denied', 'cancelled'].includes(String(state));

/** Of what is a number at all. */
const numbers = (values: readonly unknown[]): number[] => values.filter((value) => typeof value === 'number');
const least = (...values: readonly unknown[]): unknown => Math.min(...numbers(values));
const greatest = (...values: readonly unknown[]): unknown => Math.max(...numbers(values));
