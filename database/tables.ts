/**
 * How an event's row meets the row that is already there. The newer of the two is the one with the higher version
 * (`seq`, then `recorded_at`). Every rule gives the same row whatever the order of arrival, so that redelivery and
 * reordering never move a row backwards:
 * `latest` the newer row's value; `once` a value that is the same in every event that has it: whichever is not null;
 * `least`, `greatest` nulls ignored.
 */
export type MergeRule = 'latest' | 'once' | 'least' | 'greatest';
export type SqlType = 'uuid' | 'text' | 'bigint' | 'integer' | 'double precision' | 'boolean' | 'timestamptz' | 'jsonb';

export interface ColumnRule {
  readonly type: SqlType;
  readonly merge: MergeRule;
}

export interface TableRules {
  readonly name: string;
  readonly key: readonly string[];
  readonly columns: Readonly<Record<string, ColumnRule>>;
}

const rule =
  (merge: MergeRule) =>
  (type: SqlType): ColumnRule => ({ type, merge });
const latest = rule('latest');
const once = rule('once');
const least = rule('least');
const greatest = rule('greatest');
const version = { seq: greatest('bigint'), recorded_at: latest('timestamptz') };

/** The tables that events are projected into, in the order in which every writer locks them. */
export const projectedTables = {
  spark_sessions: {
    name: 'spark_sessions',
    key: ['session_id'],
    columns: {
      session_id: latest('uuid'),
      title: latest('text'),
      model: once('text'),
      project_name: once('text'),
      unity_version: once('text'),
      user_id: once('text'),
      simulated: greatest('boolean'),
      started_at: least('timestamptz'),
      ended_at: greatest('timestamptz'),
      started_seq: greatest('bigint'),
      ended_seq: greatest('bigint'),
      ...version,
    },
  },
  spark_function_calls: {
    name: 'spark_function_calls',
    key: ['session_id', 'call_id'],
    columns: {
      session_id: latest('uuid'),
      call_id: latest('text'),
      name: latest('text'),
      effect: latest('text'),
      state: latest('text'),
      arguments: once('text'),
      result_summary: latest('text'),
      error_code: latest('text'),
      error_message: latest('text'),
      duration_ms: latest('double precision'),
      received_at: least('timestamptz'),
      finished_at: greatest('timestamptz'),
      ...version,
    },
  },
  spark_telemetry: {
    name: 'spark_telemetry',
    key: ['event_id'],
    columns: {
      event_id: latest('uuid'),
      session_id: latest('uuid'),
      name: latest('text'),
      value: latest('double precision'),
      unit: latest('text'),
      attributes: latest('jsonb'),
      occurred_at: latest('timestamptz'),
      ...version,
    },
  },
  spark_usage: {
    name: 'spark_usage',
    key: ['session_id', 'response_id'],
    columns: {
      session_id: latest('uuid'),
      response_id: latest('text'),
      call_id: once('text'),
      provider: latest('text'),
      model: latest('text'),
      input_tokens: latest('bigint'),
      cached_tokens: latest('bigint'),
      output_tokens: latest('bigint'),
      input_audio_tokens: latest('bigint'),
      input_image_tokens: latest('bigint'),
      output_audio_tokens: latest('bigint'),
      cost_micro_usd: latest('bigint'),
      occurred_at: latest('timestamptz'),
      ...version,
    },
  },
  spark_previews: {
    name: 'spark_previews',
    key: ['session_id', 'frame_id'],
    columns: {
      session_id: latest('uuid'),
      frame_id: latest('uuid'),
      call_id: latest('text'),
      change_id: latest('uuid'),
      sha256: latest('text'),
      mime_type: latest('text'),
      width: latest('integer'),
      height: latest('integer'),
      size_bytes: latest('bigint'),
      capture_source: latest('text'),
      camera: latest('text'),
      blank: latest('boolean'),
      occurred_at: latest('timestamptz'),
      ...version,
    },
  },
  spark_generated_scripts: {
    name: 'spark_generated_scripts',
    key: ['session_id', 'change_id'],
    columns: {
      session_id: latest('uuid'),
      change_id: latest('uuid'),
      kind: latest('text'),
      call_id: once('text'),
      script_name: latest('text'),
      path: latest('text'),
      sha256: latest('text'),
      previous_sha256: latest('text'),
      size_bytes: latest('bigint'),
      lines: latest('integer'),
      compile_status: latest('text'),
      compile_errors: latest('integer'),
      edits_applied: latest('integer'),
      contents: latest('text'),
      prompt: once('text'),
      occurred_at: latest('timestamptz'),
      ...version,
    },
  },
  spark_build_jobs: {
    name: 'spark_build_jobs',
    key: ['session_id', 'build_id'],
    columns: {
      session_id: latest('uuid'),
      build_id: latest('uuid'),
      call_id: once('text'),
      job_id: once('text'),
      target: latest('text'),
      development: once('boolean'),
      state: latest('text'),
      phase: latest('text'),
      output_path: once('text'),
      estimate_ms: latest('double precision'),
      elapsed_ms: greatest('double precision'),
      size_bytes: latest('bigint'),
      warnings: latest('integer'),
      errors: latest('integer'),
      reason: latest('text'),
      started_at: least('timestamptz'),
      finished_at: greatest('timestamptz'),
      ...version,
    },
  },
} as const satisfies Record<string, TableRules>;

export type ProjectedTable = keyof typeof projectedTables;
export type ColumnOf<T extends ProjectedTable> = keyof (typeof projectedTables)[T]['columns'];
/** A row by its SQL column names; times are ISO 8601 or milliseconds since 1970, jsonb is JSON text or its bytes. */
export type RowOf<T extends ProjectedTable> = { readonly [C in ColumnOf<T>]: SqlValue };
export type SqlValue = string | number | boolean | Uint8Array | null;
