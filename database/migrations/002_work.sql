-- What happened in a session, one table per kind of work.

CREATE TABLE spark_function_calls (
  session_id uuid NOT NULL,
  call_id text NOT NULL,
  name text NOT NULL,
  effect text NOT NULL CHECK (effect IN ('read', 'write', 'build')),
  state text NOT NULL CHECK (state IN ('received', 'awaiting_approval', 'running', 'unsettled', 'succeeded', 'failed', 'denied', 'cancelled')),
  arguments text,
  result_summary text,
  error_code text,
  error_message text,
  duration_ms double precision,
  received_at timestamptz NOT NULL,
  finished_at timestamptz,
  seq bigint NOT NULL CHECK (seq >= 0),
  recorded_at timestamptz,
  stored_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (session_id, call_id)
);
COMMENT ON TABLE spark_function_calls IS 'One row per function call of the model, at its latest known state.';
COMMENT ON COLUMN spark_function_calls.session_id IS 'Session of the call.';
COMMENT ON COLUMN spark_function_calls.call_id IS 'The model''s id of the call, unique within the session.';
COMMENT ON COLUMN spark_function_calls.name IS 'Function as the model named it.';
COMMENT ON COLUMN spark_function_calls.effect IS 'read, write or build.';
COMMENT ON COLUMN spark_function_calls.state IS 'State of the event with the highest seq.';
COMMENT ON COLUMN spark_function_calls.arguments IS 'JSON text as the model sent it, cut to 16 KiB (so it may not parse).';
COMMENT ON COLUMN spark_function_calls.result_summary IS 'One line about the result.';
COMMENT ON COLUMN spark_function_calls.error_code IS 'Error code of a failed call.';
COMMENT ON COLUMN spark_function_calls.error_message IS 'Message of a failed call.';
COMMENT ON COLUMN spark_function_calls.duration_ms IS 'Milliseconds from received to the end.';
COMMENT ON COLUMN spark_function_calls.received_at IS 'Time of its first event.';
COMMENT ON COLUMN spark_function_calls.finished_at IS 'Time of its terminal event; null while it runs.';
COMMENT ON COLUMN spark_function_calls.seq IS 'Sequence of the event that wrote the row last.';
COMMENT ON COLUMN spark_function_calls.recorded_at IS 'Stream timestamp of that event; null while only the app wrote the row.';
COMMENT ON COLUMN spark_function_calls.stored_at IS 'When the row was first inserted.';
-- spark_rollup_day: the calls that ended on a day.
CREATE INDEX spark_function_calls_finished_at ON spark_function_calls (finished_at) WHERE finished_at IS NOT NULL;

CREATE TABLE spark_telemetry (
  event_id uuid PRIMARY KEY,
  session_id uuid NOT NULL,
  name text NOT NULL,
  value double precision NOT NULL,
  unit text NOT NULL,
  attributes jsonb,
  occurred_at timestamptz NOT NULL,
  seq bigint NOT NULL CHECK (seq >= 0),
  recorded_at timestamptz,
  stored_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE spark_telemetry IS 'Measurements of the app, one row each.';
COMMENT ON COLUMN spark_telemetry.event_id IS 'Event that carried it.';
COMMENT ON COLUMN spark_telemetry.session_id IS 'Session it was measured in.';
COMMENT ON COLUMN spark_telemetry.name IS 'What was measured.';
COMMENT ON COLUMN spark_telemetry.value IS 'The value, in unit.';
COMMENT ON COLUMN spark_telemetry.unit IS 'Unit of the value, e.g. ms.';
COMMENT ON COLUMN spark_telemetry.attributes IS 'Dimensions of the measurement.';
COMMENT ON COLUMN spark_telemetry.occurred_at IS 'When it was measured.';
COMMENT ON COLUMN spark_telemetry.seq IS 'Sequence of its event.';
COMMENT ON COLUMN spark_telemetry.recorded_at IS 'Stream timestamp of its event; null while only the app wrote the row.';
COMMENT ON COLUMN spark_telemetry.stored_at IS 'When the row was first inserted.';
-- A metric over time, in insights and dashboards.
CREATE INDEX spark_telemetry_name_time ON spark_telemetry (name, occurred_at);

CREATE TABLE spark_usage (
  session_id uuid NOT NULL,
  response_id text NOT NULL,
  provider text NOT NULL,
  model text NOT NULL,
  input_tokens bigint NOT NULL CHECK (input_tokens >= 0),
  cached_tokens bigint NOT NULL CHECK (cached_tokens >= 0),
  output_tokens bigint NOT NULL CHECK (output_tokens >= 0),
  input_audio_tokens bigint,
  input_image_tokens bigint,
  output_audio_tokens bigint,
  cost_micro_usd bigint CHECK (cost_micro_usd >= 0),
  occurred_at timestamptz NOT NULL,
  seq bigint NOT NULL CHECK (seq >= 0),
  recorded_at timestamptz,
  stored_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (session_id, response_id)
);
COMMENT ON TABLE spark_usage IS 'Tokens and cost, one row per response of a model.';
COMMENT ON COLUMN spark_usage.session_id IS 'Session of the response.';
COMMENT ON COLUMN spark_usage.response_id IS 'The provider''s id of the response.';
COMMENT ON COLUMN spark_usage.provider IS 'Who answered.';
COMMENT ON COLUMN spark_usage.model IS 'Which model answered.';
COMMENT ON COLUMN spark_usage.input_tokens IS 'Tokens in, the cached ones included.';
COMMENT ON COLUMN spark_usage.cached_tokens IS 'The part of the input that was cached.';
COMMENT ON COLUMN spark_usage.output_tokens IS 'Tokens out.';
COMMENT ON COLUMN spark_usage.input_audio_tokens IS 'The part of the input that was audio, when told.';
COMMENT ON COLUMN spark_usage.input_image_tokens IS 'The part of the input that was images, when told.';
COMMENT ON COLUMN spark_usage.output_audio_tokens IS 'The part of the output that was audio, when told.';
COMMENT ON COLUMN spark_usage.cost_micro_usd IS 'Whole micro-dollars; null when the model''s price is not known.';
COMMENT ON COLUMN spark_usage.occurred_at IS 'When the response was done.';
COMMENT ON COLUMN spark_usage.seq IS 'Sequence of the event that wrote the row last.';
COMMENT ON COLUMN spark_usage.recorded_at IS 'Stream timestamp of that event; null while only the app wrote the row.';
COMMENT ON COLUMN spark_usage.stored_at IS 'When the row was first inserted.';
-- spark_rollup_day: the responses of a day.
CREATE INDEX spark_usage_occurred_at ON spark_usage (occurred_at);

CREATE TABLE spark_previews (
  session_id uuid NOT NULL,
  frame_id uuid NOT NULL,
  call_id text,
  change_id uuid,
  sha256 text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
  mime_type text NOT NULL,
  width integer NOT NULL CHECK (width > 0),
  height integer NOT NULL CHECK (height > 0),
  size_bytes bigint NOT NULL CHECK (size_bytes >= 0),
  capture_source text NOT NULL,
  camera text,
  blank boolean NOT NULL,
  occurred_at timestamptz NOT NULL,
  seq bigint NOT NULL CHECK (seq >= 0),
  recorded_at timestamptz,
  stored_at timestamptz NOT NULL DEFAULT now(),
  -- Also: the frames of one session.
  PRIMARY KEY (session_id, frame_id)
);
COMMENT ON TABLE spark_previews IS 'Preview frames; their bytes are in the JetStream object store SPARK_FRAMES under sha256.';
COMMENT ON COLUMN spark_previews.session_id IS 'Session of the frame.';
COMMENT ON COLUMN spark_previews.frame_id IS 'UUIDv7 of the frame.';
COMMENT ON COLUMN spark_previews.call_id IS 'Call that rendered it.';
COMMENT ON COLUMN spark_previews.change_id IS 'Change it shows, if any.';
COMMENT ON COLUMN spark_previews.sha256 IS 'SHA-256 of the bytes in hex; the object''s name.';
COMMENT ON COLUMN spark_previews.mime_type IS 'Type of the bytes.';
COMMENT ON COLUMN spark_previews.width IS 'Pixels.';
COMMENT ON COLUMN spark_previews.height IS 'Pixels.';
COMMENT ON COLUMN spark_previews.size_bytes IS 'Size of the bytes.';
COMMENT ON COLUMN spark_previews.capture_source IS 'game_view or scene_view.';
COMMENT ON COLUMN spark_previews.camera IS 'Camera that was used, when named.';
COMMENT ON COLUMN spark_previews.blank IS 'Every pixel has the same colour.';
COMMENT ON COLUMN spark_previews.occurred_at IS 'When it was captured.';
COMMENT ON COLUMN spark_previews.seq IS 'Sequence of the event that wrote the row last.';
COMMENT ON COLUMN spark_previews.recorded_at IS 'Stream timestamp of that event; null while only the app wrote the row.';
COMMENT ON COLUMN spark_previews.stored_at IS 'When the row was first inserted.';

CREATE TABLE spark_generated_scripts (
  session_id uuid NOT NULL,
  change_id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('generated', 'patched')),
  call_id text,
  script_name text NOT NULL,
  path text NOT NULL,
  sha256 text CHECK (sha256 ~ '^[0-9a-f]{64}$'),
  previous_sha256 text CHECK (previous_sha256 ~ '^[0-9a-f]{64}$'),
  size_bytes bigint,
  lines integer,
  compile_status text CHECK (compile_status IN ('unknown', 'ok', 'errors')),
  compile_errors integer,
  edits_applied integer,
  contents text,
  prompt text,
  occurred_at timestamptz NOT NULL,
  seq bigint NOT NULL CHECK (seq >= 0),
  recorded_at timestamptz,
  stored_at timestamptz NOT NULL DEFAULT now(),
  -- Also: which of these changes are stored (the window's poll), and the revisions of one session's scripts.
  PRIMARY KEY (session_id, change_id)
);
COMMENT ON TABLE spark_generated_scripts IS 'Every revision of a script that SPARK wrote: one row per change, generated or patched.';
COMMENT ON COLUMN spark_generated_scripts.session_id IS 'Session of the change.';
COMMENT ON COLUMN spark_generated_scripts.change_id IS 'The change as the window knows it; the event''s id when the event named none.';
COMMENT ON COLUMN spark_generated_scripts.kind IS 'generated or patched.';
COMMENT ON COLUMN spark_generated_scripts.call_id IS 'Call that wrote it.';
COMMENT ON COLUMN spark_generated_scripts.script_name IS 'Name of the script.';
COMMENT ON COLUMN spark_generated_scripts.path IS 'Path in the Unity project, under Assets/.';
COMMENT ON COLUMN spark_generated_scripts.sha256 IS 'SHA-256 of the file after the change.';
COMMENT ON COLUMN spark_generated_scripts.previous_sha256 IS 'SHA-256 before it; null when the change created the file.';
COMMENT ON COLUMN spark_generated_scripts.size_bytes IS 'Size of the file after the change.';
COMMENT ON COLUMN spark_generated_scripts.lines IS 'Lines of the file after the change.';
COMMENT ON COLUMN spark_generated_scripts.compile_status IS 'unknown, ok or errors.';
COMMENT ON COLUMN spark_generated_scripts.compile_errors IS 'Number of compile errors.';
COMMENT ON COLUMN spark_generated_scripts.edits_applied IS 'Edits of a patch.';
COMMENT ON COLUMN spark_generated_scripts.contents IS 'Whole text after the change, when it fitted into the event.';
COMMENT ON COLUMN spark_generated_scripts.prompt IS 'What was asked for.';
COMMENT ON COLUMN spark_generated_scripts.occurred_at IS 'When it was written.';
COMMENT ON COLUMN spark_generated_scripts.seq IS 'Sequence of the event that wrote the row last.';
COMMENT ON COLUMN spark_generated_scripts.recorded_at IS 'Stream timestamp of that event; null while only the app wrote the row.';
COMMENT ON COLUMN spark_generated_scripts.stored_at IS 'When the row was first inserted.';

CREATE TABLE spark_build_jobs (
  session_id uuid NOT NULL,
  build_id uuid NOT NULL,
  call_id text,
  job_id text,
  target text NOT NULL,
  development boolean,
  state text NOT NULL CHECK (state IN ('started', 'progress', 'completed', 'failed')),
  phase text,
  output_path text,
  estimate_ms double precision,
  elapsed_ms double precision,
  size_bytes bigint,
  warnings integer,
  errors integer,
  reason text,
  started_at timestamptz NOT NULL,
  finished_at timestamptz,
  seq bigint NOT NULL CHECK (seq >= 0),
  recorded_at timestamptz,
  stored_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (session_id, build_id)
);
COMMENT ON TABLE spark_build_jobs IS 'One row per Unity build, at its latest known state.';
COMMENT ON COLUMN spark_build_jobs.session_id IS 'Session of the build.';
COMMENT ON COLUMN spark_build_jobs.build_id IS 'UUIDv7 of the build.';
COMMENT ON COLUMN spark_build_jobs.call_id IS 'Call that started it.';
COMMENT ON COLUMN spark_build_jobs.job_id IS 'Unity MCP''s own id of the job.';
COMMENT ON COLUMN spark_build_jobs.target IS 'Build target.';
COMMENT ON COLUMN spark_build_jobs.development IS 'A development build.';
COMMENT ON COLUMN spark_build_jobs.state IS 'Last token of the subject with the highest seq.';
COMMENT ON COLUMN spark_build_jobs.phase IS 'What Unity said it was doing.';
COMMENT ON COLUMN spark_build_jobs.output_path IS 'Where the build went.';
COMMENT ON COLUMN spark_build_jobs.estimate_ms IS 'Usual duration from earlier builds, while it runs.';
COMMENT ON COLUMN spark_build_jobs.elapsed_ms IS 'Milliseconds so far, or in all.';
COMMENT ON COLUMN spark_build_jobs.size_bytes IS 'Size of the result.';
COMMENT ON COLUMN spark_build_jobs.warnings IS 'Warnings of the build.';
COMMENT ON COLUMN spark_build_jobs.errors IS 'Errors of the build.';
COMMENT ON COLUMN spark_build_jobs.reason IS 'Why it failed.';
COMMENT ON COLUMN spark_build_jobs.started_at IS 'Time of its first event.';
COMMENT ON COLUMN spark_build_jobs.finished_at IS 'Time of completed or failed; null while it runs.';
COMMENT ON COLUMN spark_build_jobs.seq IS 'Sequence of the event that wrote the row last.';
COMMENT ON COLUMN spark_build_jobs.recorded_at IS 'Stream timestamp of that event; null while only the app wrote the row.';
COMMENT ON COLUMN spark_build_jobs.stored_at IS 'When the row was first inserted.';
-- spark_rollup_day: the builds that ended on a day.
CREATE INDEX spark_build_jobs_finished_at ON spark_build_jobs (finished_at) WHERE finished_at IS NOT NULL;
