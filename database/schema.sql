-- SPARK: the whole schema, made from database/migrations by "node database/writeSchema.ts". Do not edit.
-- psql -v ON_ERROR_STOP=1 -f database/schema.sql on an empty database; "spark-db migrate" afterwards changes nothing.

BEGIN;

CREATE TABLE spark_schema_migrations (
  id serial PRIMARY KEY,
  name varchar(255) NOT NULL,
  run_on timestamp NOT NULL
);

-- 001_sessions_and_events

-- Sessions and the event log. A day is a UTC day, money is whole micro-dollars, and no table references another one:
-- the app and the consumer write the same rows in any order.
--
-- Columns that every table shares:
--   seq          the session's own sequence of the event that wrote the row last; the only order there is
--   recorded_at  the stream's timestamp of that event (the same on redelivery); null while only the app wrote the row
--   stored_at    the primary's clock when the row was first inserted

CREATE TABLE spark_sessions (
  session_id uuid PRIMARY KEY,
  title text NOT NULL DEFAULT '',
  model text,
  project_name text,
  unity_version text,
  user_id text,
  simulated boolean NOT NULL DEFAULT false,
  started_at timestamptz,
  ended_at timestamptz,
  started_seq bigint,
  ended_seq bigint,
  -- Derived, so that started, renamed and ended events may arrive in any order.
  status text GENERATED ALWAYS AS (CASE WHEN ended_seq > coalesce(started_seq, -1) THEN 'ended' ELSE 'active' END) STORED,
  seq bigint NOT NULL DEFAULT -1 CHECK (seq >= -1),
  recorded_at timestamptz,
  stored_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE spark_sessions IS 'One row per chat session; inserted empty by the first event of any kind that names it.';
COMMENT ON COLUMN spark_sessions.session_id IS 'UUID of the session, the last token of its subjects.';
COMMENT ON COLUMN spark_sessions.title IS 'Title as the window shows it; empty until a session event arrived.';
COMMENT ON COLUMN spark_sessions.model IS 'Realtime model at the start.';
COMMENT ON COLUMN spark_sessions.project_name IS 'Unity project, when one was open.';
COMMENT ON COLUMN spark_sessions.unity_version IS 'Version of the Unity Editor, when known.';
COMMENT ON COLUMN spark_sessions.user_id IS 'Who used the app, when configured.';
COMMENT ON COLUMN spark_sessions.simulated IS 'The model or Unity behind it was a stand-in.';
COMMENT ON COLUMN spark_sessions.started_at IS 'First start; null until the started event arrived.';
COMMENT ON COLUMN spark_sessions.ended_at IS 'Last end; null while none is known.';
COMMENT ON COLUMN spark_sessions.started_seq IS 'Sequence of the latest start.';
COMMENT ON COLUMN spark_sessions.ended_seq IS 'Sequence of the latest end.';
COMMENT ON COLUMN spark_sessions.status IS 'ended when the latest end came after the latest start, else active.';
COMMENT ON COLUMN spark_sessions.seq IS 'Sequence of the session event that wrote the row last; -1 before the first.';
COMMENT ON COLUMN spark_sessions.recorded_at IS 'Stream timestamp of that event; null while only the app wrote the row.';
COMMENT ON COLUMN spark_sessions.stored_at IS 'When the row was first inserted.';
-- The team's list of sessions, newest first.
CREATE INDEX spark_sessions_started_at ON spark_sessions (started_at DESC NULLS LAST);

CREATE TABLE spark_events (
  occurred_at timestamptz NOT NULL,
  event_id uuid NOT NULL,
  session_id uuid NOT NULL,
  seq bigint NOT NULL CHECK (seq >= 0),
  type text NOT NULL,
  call_id text,
  user_id text,
  recorded_at timestamptz NOT NULL,
  payload jsonb NOT NULL,
  -- The partition column must be part of the key. An event's time never changes: its bytes are made once.
  PRIMARY KEY (occurred_at, event_id)
) PARTITION BY RANGE (occurred_at);
COMMENT ON TABLE spark_events IS 'Every event, whole. Monthly partitions on the event''s own time; no default partition: spark_ensure_partitions makes the months first.';
COMMENT ON COLUMN spark_events.occurred_at IS 'The event''s own timestamp.';
COMMENT ON COLUMN spark_events.event_id IS 'UUIDv7 made by the app, also the NATS message id; derived from subject and bytes when the payload had none.';
COMMENT ON COLUMN spark_events.session_id IS 'Session of the event.';
COMMENT ON COLUMN spark_events.seq IS 'Rises by one per session; 0 when the payload had none.';
COMMENT ON COLUMN spark_events.type IS 'Subject without spark. and the session id.';
COMMENT ON COLUMN spark_events.call_id IS 'Function call it belongs to, if any.';
COMMENT ON COLUMN spark_events.user_id IS 'Who used the app, when configured.';
COMMENT ON COLUMN spark_events.recorded_at IS 'The stream''s timestamp; the same on redelivery.';
COMMENT ON COLUMN spark_events.payload IS 'The event as it was published.';
-- One session's history in order, and the search for gaps in its sequence.
CREATE INDEX spark_events_session_seq ON spark_events (session_id, seq);

-- 002_work

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

-- 003_daily

-- Daily rollups, written by spark_rollup_day alone. The primary keys serve every read: one day, or a range of days.

CREATE TABLE spark_usage_daily (
  day date NOT NULL,
  provider text NOT NULL,
  model text NOT NULL,
  responses bigint NOT NULL,
  sessions bigint NOT NULL,
  input_tokens numeric NOT NULL,
  cached_tokens numeric NOT NULL,
  output_tokens numeric NOT NULL,
  cost_micro_usd numeric NOT NULL,
  unpriced_responses bigint NOT NULL,
  rolled_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (day, provider, model)
);
COMMENT ON TABLE spark_usage_daily IS 'Tokens and cost per UTC day and model.';
COMMENT ON COLUMN spark_usage_daily.day IS 'UTC day of the responses.';
COMMENT ON COLUMN spark_usage_daily.provider IS 'Who answered.';
COMMENT ON COLUMN spark_usage_daily.model IS 'Which model answered.';
COMMENT ON COLUMN spark_usage_daily.responses IS 'Number of responses.';
COMMENT ON COLUMN spark_usage_daily.sessions IS 'Sessions with at least one response.';
COMMENT ON COLUMN spark_usage_daily.input_tokens IS 'Tokens in, the cached ones included.';
COMMENT ON COLUMN spark_usage_daily.cached_tokens IS 'Cached part of the input.';
COMMENT ON COLUMN spark_usage_daily.output_tokens IS 'Tokens out.';
COMMENT ON COLUMN spark_usage_daily.cost_micro_usd IS 'Whole micro-dollars of the priced responses.';
COMMENT ON COLUMN spark_usage_daily.unpriced_responses IS 'Responses without a known price, not part of the cost.';
COMMENT ON COLUMN spark_usage_daily.rolled_at IS 'When this day was rolled last.';

CREATE TABLE spark_errors_daily (
  day date NOT NULL,
  kind text NOT NULL CHECK (kind IN ('function_call', 'build')),
  name text NOT NULL,
  error_code text NOT NULL,
  errors bigint NOT NULL,
  attempts bigint NOT NULL,
  rolled_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (day, kind, name, error_code)
);
COMMENT ON TABLE spark_errors_daily IS 'Failures and attempts per UTC day: the error rate of a function or build target is sum(errors) / max(attempts).';
COMMENT ON COLUMN spark_errors_daily.day IS 'UTC day on which the calls or builds ended.';
COMMENT ON COLUMN spark_errors_daily.kind IS 'function_call or build.';
COMMENT ON COLUMN spark_errors_daily.name IS 'Function name or build target.';
COMMENT ON COLUMN spark_errors_daily.error_code IS 'Error code; the empty one is the row of a name that had no failure.';
COMMENT ON COLUMN spark_errors_daily.errors IS 'Failures with this code.';
COMMENT ON COLUMN spark_errors_daily.attempts IS 'All that ended for this kind and name, whatever the code.';
COMMENT ON COLUMN spark_errors_daily.rolled_at IS 'When this day was rolled last.';

CREATE TABLE spark_events_daily (
  day date NOT NULL,
  type text NOT NULL,
  events bigint NOT NULL,
  sessions bigint NOT NULL,
  rolled_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (day, type)
);
COMMENT ON TABLE spark_events_daily IS 'Events per UTC day and type.';
COMMENT ON COLUMN spark_events_daily.day IS 'UTC day of the events'' own time.';
COMMENT ON COLUMN spark_events_daily.type IS 'Event type.';
COMMENT ON COLUMN spark_events_daily.events IS 'Number of events.';
COMMENT ON COLUMN spark_events_daily.sessions IS 'Sessions with at least one.';
COMMENT ON COLUMN spark_events_daily.rolled_at IS 'When this day was rolled last.';

-- 004_maintenance

-- Partitions and rollups as functions, so that Airflow, the consumer and a person at psql call the same thing. They run
-- as the owner of the tables with a fixed search_path; EXECUTE is granted by name in 005.

CREATE FUNCTION spark_ensure_partitions(from_day date, to_day date) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  first_month date := date_trunc('month', from_day::timestamp)::date;
  last_month date := date_trunc('month', to_day::timestamp)::date;
  month date;
  partition text;
  made integer := 0;
BEGIN
  IF from_day IS NULL OR to_day IS NULL OR to_day < from_day OR to_day - from_day > 3700 THEN
    RAISE EXCEPTION 'spark_ensure_partitions needs two days, the first not after the second, at most ten years apart'
      USING ERRCODE = 'invalid_parameter_value';
  END IF;
  FOR month IN SELECT generate_series(first_month, last_month, interval '1 month')::date LOOP
    partition := 'spark_events_' || to_char(month, '"y"YYYY"m"MM');
    CONTINUE WHEN to_regclass('public.' || partition) IS NOT NULL;
    -- One maker at a time; whoever waited looks again.
    PERFORM pg_advisory_xact_lock(hashtextextended('spark_ensure_partitions', 0));
    CONTINUE WHEN to_regclass('public.' || partition) IS NOT NULL;
    -- Made apart and attached: ATTACH does not block writers, CREATE ... PARTITION OF would.
    EXECUTE format('CREATE TABLE public.%I (LIKE public.spark_events INCLUDING ALL)', partition);
    EXECUTE format(
      'ALTER TABLE public.spark_events ATTACH PARTITION public.%I FOR VALUES FROM (%L) TO (%L)',
      partition, to_char(month, 'YYYY-MM-DD') || ' 00:00:00+00',
      to_char(month + interval '1 month', 'YYYY-MM-DD') || ' 00:00:00+00');
    made := made + 1;
  END LOOP;
  RETURN made;
END $$;
COMMENT ON FUNCTION spark_ensure_partitions(date, date) IS 'Makes the missing monthly partitions of spark_events for every UTC day from..to; returns how many it made. Safe to call at the same time from anywhere.';

CREATE FUNCTION spark_drop_partitions_before(before_day date) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET lock_timeout = '5s' AS $$
DECLARE
  partition text;
  dropped integer := 0;
BEGIN
  FOR partition IN
    SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = 'public.spark_events'::regclass
      AND c.relname ~ '^spark_events_y[0-9]{4}m[0-9]{2}$'
      AND to_date(substr(c.relname, 15, 4) || substr(c.relname, 20, 2), 'YYYYMM') + interval '1 month' <= before_day
    ORDER BY c.relname
  LOOP
    EXECUTE format('ALTER TABLE public.spark_events DETACH PARTITION public.%I', partition);
    EXECUTE format('DROP TABLE public.%I', partition);
    dropped := dropped + 1;
  END LOOP;
  RETURN dropped;
END $$;
COMMENT ON FUNCTION spark_drop_partitions_before(date) IS 'Drops the monthly partitions of spark_events that end on or before the day; returns how many. Gives up after 5 s on a lock: call it again.';

CREATE FUNCTION spark_rollup_day(rolled_day date) RETURNS TABLE (rollup text, row_count bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  day_start timestamptz := rolled_day::timestamp AT TIME ZONE 'UTC';
  day_end timestamptz := (rolled_day + 1)::timestamp AT TIME ZONE 'UTC';
BEGIN
  IF rolled_day IS NULL THEN
    RAISE EXCEPTION 'spark_rollup_day needs a day' USING ERRCODE = 'invalid_parameter_value';
  END IF;
  -- Two rolls of one day run one after the other; each replaces the day whole.
  PERFORM pg_advisory_xact_lock(hashtextextended('spark_rollup_day ' || rolled_day, 0));

  DELETE FROM spark_usage_daily d WHERE d.day = rolled_day;
  INSERT INTO spark_usage_daily (day, provider, model, responses, sessions, input_tokens, cached_tokens, output_tokens, cost_micro_usd, unpriced_responses)
  SELECT rolled_day, u.provider, u.model, count(*), count(DISTINCT u.session_id), sum(u.input_tokens), sum(u.cached_tokens),
         sum(u.output_tokens), coalesce(sum(u.cost_micro_usd), 0), count(*) FILTER (WHERE u.cost_micro_usd IS NULL)
  FROM spark_usage u WHERE u.occurred_at >= day_start AND u.occurred_at < day_end
  GROUP BY u.provider, u.model;
  GET DIAGNOSTICS row_count = ROW_COUNT;
  rollup := 'spark_usage_daily';
  RETURN NEXT;

  DELETE FROM spark_errors_daily d WHERE d.day = rolled_day;
  INSERT INTO spark_errors_daily (day, kind, name, error_code, errors, attempts)
  WITH ended AS (
    SELECT 'function_call' AS kind, c.name, CASE WHEN c.state = 'failed' THEN coalesce(c.error_code, 'unknown') END AS code
    FROM spark_function_calls c
    WHERE c.finished_at >= day_start AND c.finished_at < day_end
    UNION ALL
    SELECT 'build', b.target, CASE WHEN b.state = 'failed' THEN 'build_failed' END
    FROM spark_build_jobs b
    WHERE b.finished_at >= day_start AND b.finished_at < day_end
  ), totals AS (
    SELECT e.kind, e.name, count(*) AS attempts, count(e.code) AS failures FROM ended e GROUP BY e.kind, e.name
  )
  SELECT rolled_day, t.kind, t.name, coalesce(e.code, ''), count(e.code), t.attempts
  FROM totals t JOIN ended e ON e.kind = t.kind AND e.name = t.name AND (e.code IS NOT NULL OR t.failures = 0)
  GROUP BY t.kind, t.name, e.code, t.attempts;
  GET DIAGNOSTICS row_count = ROW_COUNT;
  rollup := 'spark_errors_daily';
  RETURN NEXT;

  DELETE FROM spark_events_daily d WHERE d.day = rolled_day;
  INSERT INTO spark_events_daily (day, type, events, sessions)
  SELECT rolled_day, e.type, count(*), count(DISTINCT e.session_id)
  FROM spark_events e WHERE e.occurred_at >= day_start AND e.occurred_at < day_end
  GROUP BY e.type;
  GET DIAGNOSTICS row_count = ROW_COUNT;
  rollup := 'spark_events_daily';
  RETURN NEXT;
END $$;
COMMENT ON FUNCTION spark_rollup_day(date) IS 'Rolls usage, errors and events of one UTC day into the daily tables, replacing that day whole; returns the rows written per table. Idempotent.';

-- This month and the next, so that a fresh database takes events at once.
SELECT spark_ensure_partitions(
  (now() AT TIME ZONE 'UTC')::date, ((now() AT TIME ZONE 'UTC') + interval '1 month')::date);

-- 005_roles

-- Least privilege: the app and the consumer insert, update and read, nobody but the owner deletes or changes the schema.
-- Roles belong to the whole cluster; an installation makes them with passwords first, else they are made without login.

DO $$
DECLARE
  wanted text;
BEGIN
  FOREACH wanted IN ARRAY ARRAY['slate_user', 'spark_consumer', 'spark_readonly'] LOOP
    CONTINUE WHEN EXISTS (SELECT FROM pg_roles WHERE rolname = wanted);
    BEGIN
      EXECUTE format('CREATE ROLE %I NOLOGIN', wanted);
    EXCEPTION
      -- Another database of this cluster made it at the same moment.
      WHEN duplicate_object OR unique_violation THEN NULL;
    END;
  END LOOP;
END $$;

GRANT USAGE ON SCHEMA public TO slate_user, spark_consumer, spark_readonly;

GRANT SELECT, INSERT, UPDATE ON
  spark_sessions, spark_events, spark_function_calls, spark_telemetry, spark_usage, spark_previews,
  spark_generated_scripts, spark_build_jobs
  TO slate_user, spark_consumer;
GRANT SELECT ON spark_usage_daily, spark_errors_daily, spark_events_daily TO slate_user, spark_consumer;
GRANT SELECT ON
  spark_sessions, spark_events, spark_function_calls, spark_telemetry, spark_usage, spark_previews,
  spark_generated_scripts, spark_build_jobs, spark_usage_daily, spark_errors_daily, spark_events_daily
  TO spark_readonly;

REVOKE ALL ON FUNCTION spark_ensure_partitions(date, date), spark_drop_partitions_before(date), spark_rollup_day(date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION spark_ensure_partitions(date, date), spark_drop_partitions_before(date), spark_rollup_day(date) TO spark_consumer;

-- 006_days_due

-- Days whose events changed since they were rolled are rolled again.
--
-- Neither recorded_at (the stream's time) nor any clock can tell them: after an outage rows are committed hours behind
-- their recorded_at, and a transaction that is open during a roll commits after it with an earlier time. So writers count:
-- whoever inserts events adds one to its own row of each day in the same transaction, and a roll keeps the sum that it saw
-- BEFORE it read the data. Rows that the roll saw but whose count it did not are rolled once more; none is missed. Unlike
-- transaction ids the sums survive dump and restore.
-- A trigger would count as well, but its transition table makes COPY into partitions insert row by row; an index on a
-- time of storing would cost every row instead of every batch.

CREATE TABLE spark_day_changes (
  day date NOT NULL,
  writer smallint NOT NULL,
  changes bigint NOT NULL CHECK (changes > 0),
  PRIMARY KEY (day, writer)
-- Updated once per batch: room for HOT updates, so that the few pages never grow.
) WITH (fillfactor = 50);
COMMENT ON TABLE spark_day_changes IS 'How often events were written for a UTC day; only spark_mark_days writes it. A few rows per day.';
COMMENT ON COLUMN spark_day_changes.day IS 'UTC day of the events'' own time.';
COMMENT ON COLUMN spark_day_changes.writer IS 'The writing connection''s process id modulo 256: two connections seldom wait for each other''s row.';
COMMENT ON COLUMN spark_day_changes.changes IS 'Transactions of these writers that inserted events of the day; only rises.';

CREATE TABLE spark_rolled_days (
  day date PRIMARY KEY,
  changes bigint NOT NULL,
  rolled_at timestamptz,
  events_dropped_at timestamptz
);
COMMENT ON TABLE spark_rolled_days IS 'What spark_rollup_day saw of each day: a day is due while spark_day_changes has another sum.';
COMMENT ON COLUMN spark_rolled_days.day IS 'UTC day.';
COMMENT ON COLUMN spark_rolled_days.changes IS 'Sum of spark_day_changes.changes of the day when the last roll began.';
COMMENT ON COLUMN spark_rolled_days.rolled_at IS 'When the day was rolled last; null when its events were dropped without any.';
COMMENT ON COLUMN spark_rolled_days.events_dropped_at IS 'When retention dropped its events; its daily figures are kept as they are from then on.';

CREATE FUNCTION spark_mark_days(days date[]) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  -- Sorted, so that two writers that share a number lock the rows in the same order.
  INSERT INTO spark_day_changes AS kept (day, writer, changes)
  SELECT DISTINCT day, pg_backend_pid() % 256, 1 FROM unnest(days) AS day WHERE day IS NOT NULL ORDER BY day
  ON CONFLICT (day, writer) DO UPDATE SET changes = kept.changes + 1
$$;
COMMENT ON FUNCTION spark_mark_days(date[]) IS 'Notes that events of these UTC days are written; call it in the transaction that inserts them.';

CREATE FUNCTION spark_days_due(before_day date DEFAULT 'infinity') RETURNS TABLE (day date, rolled_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT c.day, r.rolled_at
  FROM (SELECT d.day, sum(d.changes) AS changes FROM spark_day_changes d WHERE d.day < before_day GROUP BY d.day) AS c
  LEFT JOIN spark_rolled_days r USING (day)
  WHERE c.changes IS DISTINCT FROM r.changes AND r.events_dropped_at IS NULL
  ORDER BY c.day
$$;
COMMENT ON FUNCTION spark_days_due(date) IS 'UTC days before the given one with events written since they were rolled last, oldest first. Reads a few rows per day, no events.';

CREATE OR REPLACE FUNCTION spark_rollup_day(rolled_day date) RETURNS TABLE (rollup text, row_count bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  day_start timestamptz := rolled_day::timestamp AT TIME ZONE 'UTC';
  day_end timestamptz := (rolled_day + 1)::timestamp AT TIME ZONE 'UTC';
  seen bigint;
BEGIN
  IF rolled_day IS NULL THEN
    RAISE EXCEPTION 'spark_rollup_day needs a day' USING ERRCODE = 'invalid_parameter_value';
  END IF;
  -- Two rolls of one day run one after the other; each replaces the day whole.
  PERFORM pg_advisory_xact_lock(hashtextextended('spark_rollup_day ' || rolled_day, 0));
  IF EXISTS (SELECT FROM spark_rolled_days r WHERE r.day = rolled_day AND r.events_dropped_at IS NOT NULL) THEN
    RAISE EXCEPTION 'the events of % were dropped by retention; its daily figures are kept as they are', rolled_day
      USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  -- First of all: every later statement sees at least the rows of these changes.
  SELECT coalesce(sum(c.changes), 0) INTO seen FROM spark_day_changes c WHERE c.day = rolled_day;

  DELETE FROM spark_usage_daily d WHERE d.day = rolled_day;
  INSERT INTO spark_usage_daily (day, provider, model, responses, sessions, input_tokens, cached_tokens, output_tokens, cost_micro_usd, unpriced_responses)
  SELECT rolled_day, u.provider, u.model, count(*), count(DISTINCT u.session_id), sum(u.input_tokens), sum(u.cached_tokens),
         sum(u.output_tokens), coalesce(sum(u.cost_micro_usd), 0), count(*) FILTER (WHERE u.cost_micro_usd IS NULL)
  FROM spark_usage u WHERE u.occurred_at >= day_start AND u.occurred_at < day_end
  GROUP BY u.provider, u.model;
  GET DIAGNOSTICS row_count = ROW_COUNT;
  rollup := 'spark_usage_daily';
  RETURN NEXT;

  DELETE FROM spark_errors_daily d WHERE d.day = rolled_day;
  INSERT INTO spark_errors_daily (day, kind, name, error_code, errors, attempts)
  WITH ended AS (
    SELECT 'function_call' AS kind, c.name, CASE WHEN c.state = 'failed' THEN coalesce(c.error_code, 'unknown') END AS code
    FROM spark_function_calls c
    WHERE c.finished_at >= day_start AND c.finished_at < day_end
    UNION ALL
    SELECT 'build', b.target, CASE WHEN b.state = 'failed' THEN 'build_failed' END
    FROM spark_build_jobs b
    WHERE b.finished_at >= day_start AND b.finished_at < day_end
  ), totals AS (
    SELECT e.kind, e.name, count(*) AS attempts, count(e.code) AS failures FROM ended e GROUP BY e.kind, e.name
  )
  SELECT rolled_day, t.kind, t.name, coalesce(e.code, ''), count(e.code), t.attempts
  FROM totals t JOIN ended e ON e.kind = t.kind AND e.name = t.name AND (e.code IS NOT NULL OR t.failures = 0)
  GROUP BY t.kind, t.name, e.code, t.attempts;
  GET DIAGNOSTICS row_count = ROW_COUNT;
  rollup := 'spark_errors_daily';
  RETURN NEXT;

  DELETE FROM spark_events_daily d WHERE d.day = rolled_day;
  INSERT INTO spark_events_daily (day, type, events, sessions)
  SELECT rolled_day, e.type, count(*), count(DISTINCT e.session_id)
  FROM spark_events e WHERE e.occurred_at >= day_start AND e.occurred_at < day_end
  GROUP BY e.type;
  GET DIAGNOSTICS row_count = ROW_COUNT;
  rollup := 'spark_events_daily';
  RETURN NEXT;

  INSERT INTO spark_rolled_days AS kept (day, changes, rolled_at) VALUES (rolled_day, seen, now())
  ON CONFLICT (day) DO UPDATE SET changes = excluded.changes, rolled_at = excluded.rolled_at;
END $$;

CREATE OR REPLACE FUNCTION spark_drop_partitions_before(before_day date) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET lock_timeout = '2s' AS $$
DECLARE
  partition text;
  first_day date;
  next_month date;
  due date;
  dropped integer := 0;
BEGIN
  IF before_day IS NULL THEN
    RAISE EXCEPTION 'spark_drop_partitions_before needs a day' USING ERRCODE = 'invalid_parameter_value';
  END IF;
  FOR partition, first_day IN
    SELECT c.relname, to_date(substr(c.relname, 15, 4) || substr(c.relname, 20, 2), 'YYYYMM')
    FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = 'public.spark_events'::regclass AND c.relname ~ '^spark_events_y[0-9]{4}m[0-9]{2}$'
    ORDER BY c.relname
  LOOP
    next_month := (first_day + interval '1 month')::date;
    EXIT WHEN next_month > before_day;
    -- What is counted in the daily tables stays when the events go.
    FOR due IN SELECT d.day FROM spark_days_due(next_month) d WHERE d.day >= first_day LOOP
      PERFORM spark_rollup_day(due);
    END LOOP;
    EXECUTE format('ALTER TABLE public.spark_events DETACH PARTITION public.%I', partition);
    EXECUTE format('DROP TABLE public.%I', partition);
    INSERT INTO spark_rolled_days (day, changes, events_dropped_at)
    SELECT day::date, 0, now() FROM generate_series(first_day, next_month - 1, interval '1 day') AS day
    ON CONFLICT (day) DO UPDATE SET events_dropped_at = excluded.events_dropped_at;
    DELETE FROM spark_day_changes c WHERE c.day >= first_day AND c.day < next_month;
    dropped := dropped + 1;
  END LOOP;
  RETURN dropped;
END $$;
COMMENT ON FUNCTION spark_drop_partitions_before(date) IS 'Drops the monthly partitions of spark_events that end on or before the day, after rolling what is due of them; returns how many. Writers wait while it waits for its lock, so it gives up after 2 s: call it again.';

-- Days that have events already are due once. Each step is one look into an index, whatever the number of events.
WITH RECURSIVE known AS (
  SELECT (min(occurred_at) AT TIME ZONE 'UTC')::date AS day FROM spark_events
  UNION ALL
  SELECT (SELECT (min(e.occurred_at) AT TIME ZONE 'UTC')::date FROM spark_events e
          WHERE e.occurred_at >= (known.day + 1)::timestamp AT TIME ZONE 'UTC')
  FROM known WHERE known.day IS NOT NULL
)
INSERT INTO spark_day_changes (day, writer, changes) SELECT day, 0, 1 FROM known WHERE day IS NOT NULL;

REVOKE ALL ON FUNCTION spark_mark_days(date[]), spark_days_due(date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION spark_mark_days(date[]) TO slate_user, spark_consumer;
GRANT EXECUTE ON FUNCTION spark_days_due(date) TO spark_consumer, spark_readonly;
GRANT SELECT ON spark_day_changes, spark_rolled_days TO spark_consumer, spark_readonly;

-- 007_finish

-- Every index with the query that needs it, storage settings that a measurement earned, and the migrations table's own words.

COMMENT ON INDEX spark_sessions_pkey IS 'Upserts of session events, and the empty row that every event''s session gets.';
COMMENT ON INDEX spark_sessions_started_at IS 'The team''s list of sessions, newest first.';
COMMENT ON INDEX spark_events_pkey IS 'An event by its id and time (findEvent); ON CONFLICT of a redelivered one; the events of a day (spark_rollup_day).';
COMMENT ON INDEX spark_events_session_seq IS 'A session''s history in order; gaps in its sequence (findSequenceGaps); a row''s event (findRowsWithoutEvent).';
COMMENT ON INDEX spark_function_calls_pkey IS 'Upserts of a call''s states; findCall; the calls of a session.';
COMMENT ON INDEX spark_function_calls_finished_at IS 'spark_rollup_day: the calls that ended on a day.';
COMMENT ON INDEX spark_telemetry_pkey IS 'Upserts: a measurement is its event.';
COMMENT ON INDEX spark_telemetry_name_time IS 'A metric over time, in insights and dashboards.';
COMMENT ON INDEX spark_usage_pkey IS 'Upserts of a response; the usage of a session.';
COMMENT ON INDEX spark_usage_occurred_at IS 'spark_rollup_day: the responses of a day.';
COMMENT ON INDEX spark_previews_pkey IS 'Upserts of a frame; findPreview; the frames of a session.';
COMMENT ON INDEX spark_generated_scripts_pkey IS 'Upserts of a change; findScript; which changes are stored (listStoredChanges).';
COMMENT ON INDEX spark_build_jobs_pkey IS 'Upserts of a build''s states; findBuild; the builds of a session.';
COMMENT ON INDEX spark_build_jobs_finished_at IS 'spark_rollup_day: the builds that ended on a day.';
COMMENT ON INDEX spark_usage_daily_pkey IS 'Usage of a range of days.';
COMMENT ON INDEX spark_errors_daily_pkey IS 'Errors of a range of days.';
COMMENT ON INDEX spark_events_daily_pkey IS 'Events of a range of days (readEventsDaily).';
COMMENT ON INDEX spark_day_changes_pkey IS 'The writer''s own row of a day (spark_mark_days), and the sum of a day.';
COMMENT ON INDEX spark_rolled_days_pkey IS 'What was seen of a day (spark_days_due, spark_rollup_day).';

COMMENT ON TABLE spark_schema_migrations IS 'Migrations that were applied; written by spark-db migrate and by schema.sql.';
COMMENT ON COLUMN spark_schema_migrations.id IS 'Order of application.';
COMMENT ON COLUMN spark_schema_migrations.name IS 'File name without .sql.';
COMMENT ON COLUMN spark_schema_migrations.run_on IS 'When it was applied.';
COMMENT ON INDEX spark_schema_migrations_pkey IS 'The runner''s own order.';

-- A call's row is written up to four times. 100,000 calls, each state in a transaction of its own (PostgreSQL 18.4, 2 cores,
-- two runs): fillfactor 100 has no HOT update among 300,000 and took 5.06 and 5.02 s; 85 has 12 %; 70 has 25 % (of at most
-- 67 %: the last state enters the index on finished_at) and took 4.56 and 4.64 s, with a table as large as before
-- (206 and 212 MB); 50 has 33 % and is larger. The other tables are written once or twice per row: left as they are.
ALTER TABLE spark_function_calls SET (fillfactor = 70);

-- Source files of 3 to 60 KB, 1,428 of them as text and within jsonb (PostgreSQL 15, three runs): lz4 stored them in 171 to
-- 194 ms and read them in 45 ms, pglz in 383 to 433 ms and 66 ms; lz4 takes a fifth more room (10.2 against 8.5 MB). Values
-- below 2 KB, nearly all events, are not compressed by either. A server that was built without lz4 keeps pglz.
DO $$
BEGIN
  ALTER TABLE spark_events ALTER COLUMN payload SET COMPRESSION lz4;
  ALTER TABLE spark_generated_scripts ALTER COLUMN contents SET COMPRESSION lz4;
  ALTER TABLE spark_function_calls ALTER COLUMN arguments SET COMPRESSION lz4;
EXCEPTION WHEN feature_not_supported THEN
  NULL;
END $$;

-- 008_schema_version

-- The consumer compares the schema with the one that it knows (spark-nats-consumer check).

GRANT SELECT ON spark_schema_migrations TO spark_consumer;

-- 009_insights

-- What the window's insights read: cost by function, figures of one project, and days that are counted while they are due.

ALTER TABLE spark_usage ADD COLUMN call_id text;
COMMENT ON COLUMN spark_usage.call_id IS 'Call that the response was made for; null for the conversation itself.';
-- Responses of before: each finds its event by one look into the index on (session_id, seq).
UPDATE spark_usage u SET call_id = e.call_id
FROM spark_events e WHERE e.session_id = u.session_id AND e.seq = u.seq AND e.type = 'usage' AND e.call_id IS NOT NULL;

CREATE INDEX spark_sessions_project ON spark_sessions (project_name) WHERE project_name IS NOT NULL;
COMMENT ON INDEX spark_sessions_project IS 'The sessions of a project, and the projects there are (readInsights).';

COMMENT ON INDEX spark_function_calls_finished_at IS 'The calls that ended in a range of days (spark_rollup_day, readInsights).';
COMMENT ON INDEX spark_usage_occurred_at IS 'The responses of a range of days (spark_rollup_day, readInsights).';
COMMENT ON INDEX spark_build_jobs_finished_at IS 'The builds that ended in a range of days (spark_rollup_day, readInsights).';
COMMENT ON INDEX spark_usage_daily_pkey IS 'Usage of a range of days (readInsights).';
COMMENT ON INDEX spark_errors_daily_pkey IS 'Errors of a range of days (readInsights).';
COMMENT ON INDEX spark_events_daily_pkey IS 'Events of a range of days (readInsights, readEventsDaily).';

-- The app counts the newest days that are due itself instead of showing them as they were.
GRANT EXECUTE ON FUNCTION spark_days_due(date) TO slate_user;

-- 010_team

-- What the team's history reads: the sessions of one project, or of one person, newest first, some at a time.

DROP INDEX spark_sessions_project;
CREATE INDEX spark_sessions_project ON spark_sessions (project_name, started_at DESC NULLS LAST) WHERE project_name IS NOT NULL;
COMMENT ON INDEX spark_sessions_project IS 'The sessions of a project, newest first (searchTeam), and the projects there are (readInsights).';

CREATE INDEX spark_sessions_user ON spark_sessions (user_id, started_at DESC NULLS LAST) WHERE user_id IS NOT NULL;
COMMENT ON INDEX spark_sessions_user IS 'The sessions of a person, newest first (searchTeam).';

COMMENT ON INDEX spark_sessions_started_at IS 'The team''s list of sessions, newest first (searchTeam, listTeamChoices).';
COMMENT ON INDEX spark_function_calls_pkey IS 'Upserts of a call''s states; findCall; the calls of sessions (searchTeam, openTeamSession).';
COMMENT ON INDEX spark_generated_scripts_pkey IS 'Upserts of a change; findScript; which changes are stored (listStoredChanges); the changes of sessions (searchTeam, openTeamSession).';
COMMENT ON INDEX spark_build_jobs_pkey IS 'Upserts of a build''s states; findBuild; the builds of sessions (searchTeam, openTeamSession).';
COMMENT ON INDEX spark_errors_daily_pkey IS 'Errors of a range of days (readInsights, listTeamChoices).';

-- 011_rollup_checks

-- What a daily run asks beside 004 and 006: which days to roll, whether the figures agree with the rows, fresh statistics.

CREATE FUNCTION spark_days_to_roll(before_day date) RETURNS SETOF date
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT d.day FROM spark_days_due(before_day) d
  UNION
  -- The day before is rolled in any case: rows of older programs, which note no days, are counted as well.
  SELECT before_day - 1
  WHERE NOT EXISTS (SELECT FROM spark_rolled_days r WHERE r.day = before_day - 1 AND r.events_dropped_at IS NOT NULL)
  ORDER BY 1
$$;
COMMENT ON FUNCTION spark_days_to_roll(date) IS 'UTC days that a run of this day rolls, oldest first: the day before, and every earlier one that is due. None whose events were dropped.';

CREATE FUNCTION spark_check_days(from_day date, before_day date)
RETURNS TABLE (day date, rollup text, rolled bigint, counted bigint, due boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  -- One statement, one snapshot: events that come meanwhile are in both or in neither, and so is the note of their day.
  SELECT d.day, f.rollup, f.rolled, f.counted, d.day IN (SELECT due.day FROM spark_days_due(before_day) due)
  FROM (SELECT generate_series(from_day::timestamp, before_day::timestamp - interval '1 day', interval '1 day')::date AS day) AS d
  CROSS JOIN LATERAL (SELECT d.day::timestamp AT TIME ZONE 'UTC' AS day_start, (d.day + 1)::timestamp AT TIME ZONE 'UTC' AS day_end) AS t
  CROSS JOIN LATERAL (
    SELECT 'spark_events_daily' AS rollup,
      (SELECT coalesce(sum(r.events), 0)::bigint FROM spark_events_daily r WHERE r.day = d.day) AS rolled,
      (SELECT count(*) FROM spark_events e WHERE e.occurred_at >= t.day_start AND e.occurred_at < t.day_end) AS counted
    UNION ALL
    SELECT 'spark_usage_daily',
      (SELECT coalesce(sum(r.responses), 0)::bigint FROM spark_usage_daily r WHERE r.day = d.day),
      (SELECT count(*) FROM spark_usage u WHERE u.occurred_at >= t.day_start AND u.occurred_at < t.day_end)
    UNION ALL
    SELECT 'spark_errors_daily',
      (SELECT coalesce(sum(a.attempts), 0)::bigint
       FROM (SELECT max(r.attempts) AS attempts FROM spark_errors_daily r WHERE r.day = d.day GROUP BY r.kind, r.name) AS a),
      (SELECT count(*) FROM spark_function_calls c WHERE c.finished_at >= t.day_start AND c.finished_at < t.day_end)
      + (SELECT count(*) FROM spark_build_jobs b WHERE b.finished_at >= t.day_start AND b.finished_at < t.day_end)
  ) AS f
  WHERE NOT EXISTS (SELECT FROM spark_rolled_days r WHERE r.day = d.day AND r.events_dropped_at IS NOT NULL)
  ORDER BY d.day, f.rollup
$$;
COMMENT ON FUNCTION spark_check_days(date, date) IS 'Per UTC day from..before and daily table: what was rolled (events, responses, attempts) and what the rows count now. due: events came since the roll, a difference is right until the next. Counts the rows of these days.';

CREATE FUNCTION spark_refresh_statistics() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET lock_timeout = '10s' AS $$
BEGIN
  -- Autovacuum looks at each month, never at spark_events as a whole; and the daily tables were just replaced.
  ANALYZE spark_events;
  ANALYZE spark_usage_daily, spark_errors_daily, spark_events_daily;
END $$;
COMMENT ON FUNCTION spark_refresh_statistics() IS 'Planner statistics of spark_events as a whole, its months and the daily tables. Reads a sample of each.';

REVOKE ALL ON FUNCTION spark_days_to_roll(date), spark_check_days(date, date), spark_refresh_statistics() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION spark_days_to_roll(date), spark_check_days(date, date), spark_refresh_statistics() TO spark_consumer;

-- 012_windows

-- What Flink counts of the stored events per minute and hour. The time is recorded_at, the stream's own, which does not
-- jump with the clock of an app; so a window is complete soon after its end and seldom changes.
--
-- Rows are written whole under their key: whatever is written again after a restart is the same row.

CREATE TABLE spark_metrics_windowed (
  grain text NOT NULL CHECK (grain IN ('minute', 'hour')),
  window_start timestamptz NOT NULL,
  window_end timestamptz NOT NULL,
  kind text NOT NULL CHECK (kind IN ('event', 'function_call')),
  name text NOT NULL,
  outcome text NOT NULL,
  latency_bucket smallint NOT NULL CHECK (latency_bucket BETWEEN -1 AND 18),
  is_late boolean NOT NULL,
  total bigint NOT NULL,
  PRIMARY KEY (grain, window_start, kind, name, outcome, latency_bucket, is_late)
);
COMMENT ON TABLE spark_metrics_windowed IS 'Events by type, and ended function calls by outcome and bucket of their duration, per minute and hour of recorded_at. Written by Flink. A figure is the sum over rows.';
COMMENT ON INDEX spark_metrics_windowed_pkey IS 'What a window is written under; also: a range of windows of one length.';
COMMENT ON COLUMN spark_metrics_windowed.grain IS 'minute or hour; both count the same events.';
COMMENT ON COLUMN spark_metrics_windowed.window_start IS 'First moment of the window.';
COMMENT ON COLUMN spark_metrics_windowed.window_end IS 'First moment after the window.';
COMMENT ON COLUMN spark_metrics_windowed.kind IS 'event: every event. function_call: the calls that ended, which are among the events too.';
COMMENT ON COLUMN spark_metrics_windowed.name IS 'Event type, or function.';
COMMENT ON COLUMN spark_metrics_windowed.outcome IS 'How the call ended: succeeded, failed, denied or cancelled; empty for events.';
COMMENT ON COLUMN spark_metrics_windowed.latency_bucket IS 'Place of the call''s duration in spark_latency_bounds_ms(), 0 for the shortest, 18 above all bounds; -1 for events and for calls without a duration.';
COMMENT ON COLUMN spark_metrics_windowed.is_late IS 'These came after their window was closed. Add both to count all.';
COMMENT ON COLUMN spark_metrics_windowed.total IS 'How many.';

CREATE TABLE spark_usage_windowed (
  grain text NOT NULL CHECK (grain IN ('minute', 'hour')),
  window_start timestamptz NOT NULL,
  window_end timestamptz NOT NULL,
  provider text NOT NULL,
  model text NOT NULL,
  user_id text NOT NULL,
  is_late boolean NOT NULL,
  responses bigint NOT NULL,
  input_tokens bigint NOT NULL,
  cached_tokens bigint NOT NULL,
  output_tokens bigint NOT NULL,
  cost_micro_usd bigint NOT NULL,
  unpriced_responses bigint NOT NULL,
  PRIMARY KEY (grain, window_start, provider, model, user_id, is_late)
);
COMMENT ON TABLE spark_usage_windowed IS 'Tokens and cost by model and user, per minute and hour of recorded_at. Written by Flink. A figure is the sum over rows.';
COMMENT ON INDEX spark_usage_windowed_pkey IS 'What a window is written under; also: a range of windows of one length.';
COMMENT ON COLUMN spark_usage_windowed.grain IS 'minute or hour; both count the same responses.';
COMMENT ON COLUMN spark_usage_windowed.window_start IS 'First moment of the window.';
COMMENT ON COLUMN spark_usage_windowed.window_end IS 'First moment after the window.';
COMMENT ON COLUMN spark_usage_windowed.provider IS 'Who answered.';
COMMENT ON COLUMN spark_usage_windowed.model IS 'Which model answered.';
COMMENT ON COLUMN spark_usage_windowed.user_id IS 'Who used the app; empty when that is not configured.';
COMMENT ON COLUMN spark_usage_windowed.is_late IS 'These came after their window was closed. Add both to count all.';
COMMENT ON COLUMN spark_usage_windowed.responses IS 'Number of responses.';
COMMENT ON COLUMN spark_usage_windowed.input_tokens IS 'Tokens in, the cached ones included.';
COMMENT ON COLUMN spark_usage_windowed.cached_tokens IS 'Cached part of the input.';
COMMENT ON COLUMN spark_usage_windowed.output_tokens IS 'Tokens out.';
COMMENT ON COLUMN spark_usage_windowed.cost_micro_usd IS 'Whole micro-dollars of the priced responses.';
COMMENT ON COLUMN spark_usage_windowed.unpriced_responses IS 'Responses without a known price, not part of the cost.';

CREATE FUNCTION spark_latency_bounds_ms() RETURNS integer[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT ARRAY[50, 100, 200, 300, 500, 750, 1000, 1500, 2000, 3000, 5000, 7500, 10000, 15000, 20000, 30000, 60000, 120000]
$$;
COMMENT ON FUNCTION spark_latency_bounds_ms() IS 'Upper bounds of the buckets of durations in milliseconds, inclusive; the last bucket is open. Never changed: stored rows hold places in it.';

CREATE FUNCTION spark_latency_bucket(duration_ms double precision) RETURNS smallint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN duration_ms IS NULL THEN -1
              ELSE (SELECT count(*) FROM unnest(spark_latency_bounds_ms()) AS bound WHERE bound < duration_ms) END::smallint
$$;
COMMENT ON FUNCTION spark_latency_bucket(double precision) IS 'Place of the bucket of a duration, 0 for the shortest; -1 without a duration.';

CREATE FUNCTION spark_latency_percentile_ms(buckets smallint[], totals bigint[], share double precision) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  WITH merged AS (
    SELECT u.bucket, sum(u.total) AS total
    FROM unnest(buckets, totals) AS u (bucket, total) WHERE u.bucket >= 0 GROUP BY u.bucket
  ), ranked AS (
    SELECT m.bucket, sum(m.total) OVER (ORDER BY m.bucket) AS seen, ceil(sum(m.total) OVER () * share) AS rank FROM merged m
  )
  SELECT (spark_latency_bounds_ms())[least(r.bucket + 1, cardinality(spark_latency_bounds_ms()))]
  FROM ranked r WHERE r.seen > 0 AND r.seen >= r.rank ORDER BY r.bucket LIMIT 1
$$;
COMMENT ON FUNCTION spark_latency_percentile_ms(smallint[], bigint[], double precision) IS 'Upper bound of the bucket in which that share (0 to 1) of the calls ends, in milliseconds; of the open one its lower bound. Null without calls. For array_agg(latency_bucket), array_agg(total) of any rows of spark_metrics_windowed.';

CREATE FUNCTION spark_forget_windows(since timestamptz) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  forgotten bigint;
  more bigint;
BEGIN
  IF since IS NULL OR since <> date_trunc('hour', since, 'UTC') THEN
    RAISE EXCEPTION 'spark_forget_windows needs the start of an hour' USING ERRCODE = 'invalid_parameter_value';
  END IF;
  DELETE FROM spark_metrics_windowed w WHERE w.window_start >= since;
  GET DIAGNOSTICS forgotten = ROW_COUNT;
  DELETE FROM spark_usage_windowed w WHERE w.window_start >= since;
  GET DIAGNOSTICS more = ROW_COUNT;
  RETURN forgotten + more;
END $$;
COMMENT ON FUNCTION spark_forget_windows(timestamptz) IS 'Removes the windows from the start of that hour on, before they are counted anew from the stored events; returns how many rows.';

REVOKE ALL ON FUNCTION spark_forget_windows(timestamptz) FROM PUBLIC;
GRANT SELECT ON spark_metrics_windowed, spark_usage_windowed TO slate_user, spark_readonly;

-- 013_alerts

-- Alerts of every engine that raises some. What is published on alerts.spark.> is kept here by spark_keep_alert alone.

CREATE TABLE spark_alerts (
  alert_id uuid NOT NULL,
  source text NOT NULL CHECK (source <> ''),
  rule_id text NOT NULL,
  kind text NOT NULL,
  severity text NOT NULL CHECK (severity IN ('info', 'warning', 'critical')),
  group_name text NOT NULL,
  summary text NOT NULL,
  value double precision,
  threshold double precision,
  baseline double precision,
  raised_at timestamptz NOT NULL,
  cleared_at timestamptz CHECK (cleared_at >= raised_at),
  state text GENERATED ALWAYS AS (CASE WHEN cleared_at IS NULL THEN 'raised' ELSE 'cleared' END) STORED,
  stored_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (alert_id)
);
COMMENT ON TABLE spark_alerts IS 'Every alert, one row each from raised to cleared; of a source, rule and group at most one is open.';
COMMENT ON COLUMN spark_alerts.alert_id IS 'Of source, rule, group and the time it was raised: the same however often it is told.';
COMMENT ON COLUMN spark_alerts.source IS 'Who raised it: storm, airflow, prometheus.';
COMMENT ON COLUMN spark_alerts.rule_id IS 'The rule, as its source names it.';
COMMENT ON COLUMN spark_alerts.kind IS 'Kind of the rule, e.g. error_rate.';
COMMENT ON COLUMN spark_alerts.severity IS 'info, warning or critical.';
COMMENT ON COLUMN spark_alerts.group_name IS 'The function, person, target, model or consumer that it is about; all of a rule over everything.';
COMMENT ON COLUMN spark_alerts.summary IS 'What a person reads.';
COMMENT ON COLUMN spark_alerts.value IS 'The figure that was over its threshold, in the unit of the kind; null where there is none.';
COMMENT ON COLUMN spark_alerts.threshold IS 'What the figure was compared with.';
COMMENT ON COLUMN spark_alerts.baseline IS 'The usual figure, where the rule knows one.';
COMMENT ON COLUMN spark_alerts.raised_at IS 'When it was raised.';
COMMENT ON COLUMN spark_alerts.cleared_at IS 'When it was over; null while it is open.';
COMMENT ON COLUMN spark_alerts.state IS 'raised while it is open, else cleared.';
COMMENT ON COLUMN spark_alerts.stored_at IS 'When the row was first inserted.';
COMMENT ON INDEX spark_alerts_pkey IS 'One row per alert, however often it is told (spark_keep_alert).';
CREATE UNIQUE INDEX spark_alerts_open ON spark_alerts (source, rule_id, group_name) WHERE cleared_at IS NULL;
COMMENT ON INDEX spark_alerts_open IS 'One open alert of a rule and group; the open ones (spark_keep_alert, readAlerts).';
CREATE INDEX spark_alerts_raised_at ON spark_alerts (raised_at DESC, alert_id DESC);
COMMENT ON INDEX spark_alerts_raised_at IS 'Alerts newest first, some at a time (readAlerts).';

CREATE FUNCTION spark_keep_alert(told jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  alert spark_alerts;
BEGIN
  alert.alert_id := told ->> 'alertId';
  alert.source := told ->> 'source';
  alert.rule_id := told ->> 'ruleId';
  alert.group_name := told ->> 'group';
  alert.raised_at := told ->> 'raisedAt';
  alert.cleared_at := told ->> 'clearedAt';
  -- Alerts of one rule and group are told one after the other, whoever tells them.
  PERFORM pg_advisory_xact_lock(hashtextextended(concat_ws(chr(31), 'spark_keep_alert', alert.source, alert.rule_id, alert.group_name), 0));
  -- A later one says that the earlier one is over: its end was not heard.
  UPDATE spark_alerts a SET cleared_at = alert.raised_at
  WHERE a.source = alert.source AND a.rule_id = alert.rule_id AND a.group_name = alert.group_name
    AND a.cleared_at IS NULL AND a.raised_at <= alert.raised_at AND a.alert_id <> alert.alert_id;
  IF alert.cleared_at IS NULL THEN
    SELECT min(a.raised_at) INTO alert.cleared_at FROM spark_alerts a
    WHERE a.source = alert.source AND a.rule_id = alert.rule_id AND a.group_name = alert.group_name
      AND a.raised_at > alert.raised_at AND a.alert_id <> alert.alert_id;
  END IF;
  INSERT INTO spark_alerts AS kept (alert_id, source, rule_id, kind, severity, group_name, summary, value, threshold, baseline, raised_at, cleared_at)
  VALUES (alert.alert_id, alert.source, alert.rule_id, told ->> 'kind', told ->> 'severity', alert.group_name, told ->> 'summary',
          (told ->> 'value')::double precision, (told ->> 'threshold')::double precision, (told ->> 'baseline')::double precision,
          alert.raised_at, alert.cleared_at)
  -- Told again in any order: what is over stays over.
  ON CONFLICT (alert_id) DO UPDATE
  SET severity = excluded.severity, summary = excluded.summary, value = excluded.value, threshold = excluded.threshold,
      baseline = excluded.baseline, cleared_at = excluded.cleared_at
  WHERE kept.cleared_at IS NULL;
END $$;
COMMENT ON FUNCTION spark_keep_alert(jsonb) IS 'Keeps an alert as it is published on alerts.spark.> (shared/contracts/alerts.ts); may be told again, in any order. One that is raised ends an earlier open one of its rule and group.';

REVOKE ALL ON FUNCTION spark_keep_alert(jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION spark_keep_alert(jsonb) TO spark_consumer;
GRANT SELECT ON spark_alerts TO slate_user, spark_consumer, spark_readonly;

-- 014_alert_ends

-- Alerts: an end before the beginning is kept as one that was over at once; old ones can be dropped.

CREATE OR REPLACE FUNCTION spark_keep_alert(told jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  alert spark_alerts;
BEGIN
  alert.alert_id := told ->> 'alertId';
  alert.source := told ->> 'source';
  alert.rule_id := told ->> 'ruleId';
  alert.group_name := told ->> 'group';
  alert.raised_at := told ->> 'raisedAt';
  alert.cleared_at := told ->> 'clearedAt';
  -- A clock that went back between beginning and end: over at once. (greatest alone would end an alert without an end.)
  IF alert.cleared_at < alert.raised_at THEN
    alert.cleared_at := alert.raised_at;
  END IF;
  -- Alerts of one rule and group are told one after the other, whoever tells them.
  PERFORM pg_advisory_xact_lock(hashtextextended(concat_ws(chr(31), 'spark_keep_alert', alert.source, alert.rule_id, alert.group_name), 0));
  -- A later one says that the earlier one is over: its end was not heard.
  UPDATE spark_alerts a SET cleared_at = alert.raised_at
  WHERE a.source = alert.source AND a.rule_id = alert.rule_id AND a.group_name = alert.group_name
    AND a.cleared_at IS NULL AND a.raised_at <= alert.raised_at AND a.alert_id <> alert.alert_id;
  IF alert.cleared_at IS NULL THEN
    SELECT min(a.raised_at) INTO alert.cleared_at FROM spark_alerts a
    WHERE a.source = alert.source AND a.rule_id = alert.rule_id AND a.group_name = alert.group_name
      AND a.raised_at > alert.raised_at AND a.alert_id <> alert.alert_id;
  END IF;
  INSERT INTO spark_alerts AS kept (alert_id, source, rule_id, kind, severity, group_name, summary, value, threshold, baseline, raised_at, cleared_at)
  VALUES (alert.alert_id, alert.source, alert.rule_id, told ->> 'kind', told ->> 'severity', alert.group_name, told ->> 'summary',
          (told ->> 'value')::double precision, (told ->> 'threshold')::double precision, (told ->> 'baseline')::double precision,
          alert.raised_at, alert.cleared_at)
  -- Told again in any order: what is over stays over.
  ON CONFLICT (alert_id) DO UPDATE
  SET severity = excluded.severity, summary = excluded.summary, value = excluded.value, threshold = excluded.threshold,
      baseline = excluded.baseline, cleared_at = excluded.cleared_at
  WHERE kept.cleared_at IS NULL;
END $$;

CREATE FUNCTION spark_drop_alerts_before(before_day date) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  dropped bigint;
BEGIN
  DELETE FROM spark_alerts a WHERE a.cleared_at < before_day::timestamp AT TIME ZONE 'UTC';
  GET DIAGNOSTICS dropped = ROW_COUNT;
  RETURN dropped;
END $$;
COMMENT ON FUNCTION spark_drop_alerts_before(date) IS 'Removes the alerts that were over before that UTC day, open ones never; returns how many.';

REVOKE ALL ON FUNCTION spark_drop_alerts_before(date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION spark_drop_alerts_before(date) TO spark_consumer;

-- 015_daily_run_role

-- A month is dropped only after all of its days were checked, whoever drops it; windows that are as old can be dropped.
-- Airflow's daily run has a role of its own, spark_rollup, that may execute functions and nothing else: `spark-db roles` makes
-- it and grants them, as it does for Flink's.

CREATE OR REPLACE FUNCTION spark_drop_partitions_before(before_day date) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET lock_timeout = '2s' AS $$
DECLARE
  partition text;
  first_day date;
  next_month date;
  due date;
  differing text;
  dropped integer := 0;
BEGIN
  IF before_day IS NULL THEN
    RAISE EXCEPTION 'spark_drop_partitions_before needs a day' USING ERRCODE = 'invalid_parameter_value';
  END IF;
  FOR partition, first_day IN
    SELECT c.relname, to_date(substr(c.relname, 15, 4) || substr(c.relname, 20, 2), 'YYYYMM')
    FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = 'public.spark_events'::regclass AND c.relname ~ '^spark_events_y[0-9]{4}m[0-9]{2}$'
    ORDER BY c.relname
  LOOP
    next_month := (first_day + interval '1 month')::date;
    EXIT WHEN next_month > before_day;
    -- What is counted in the daily tables stays when the events go. Most of it is rolled before anybody has to wait.
    FOR due IN SELECT d.day FROM spark_days_due(next_month) d WHERE d.day >= first_day LOOP
      PERFORM spark_rollup_day(due);
    END LOOP;
    -- From here on nobody writes into this month (others go on being written), so that what is checked is what is dropped.
    -- A writer that waits here while this waits for the writer is a deadlock: one of both comes again.
    EXECUTE format('LOCK TABLE ONLY public.%I IN SHARE MODE', partition);
    -- Days that became due meanwhile, and those of rows that the app wrote without the event that makes their day due. Not
    -- those whose events differ and were not noted: a roll would cover that up for good.
    FOR due IN
      SELECT c.day FROM spark_check_days(first_day, next_month) c GROUP BY c.day
      HAVING bool_or(c.due) OR bool_or(c.rolled <> c.counted) AND NOT bool_or(c.rollup = 'spark_events_daily' AND c.rolled <> c.counted)
      ORDER BY c.day
    LOOP
      PERFORM spark_rollup_day(due);
    END LOOP;
    SELECT string_agg(format('%s has %s rolled and %s there', c.day, c.rolled, c.counted), ', ' ORDER BY c.day) INTO differing
    FROM spark_check_days(first_day, next_month) c WHERE c.rollup = 'spark_events_daily' AND c.rolled <> c.counted;
    IF differing IS NOT NULL THEN
      RAISE EXCEPTION '% was not dropped: its daily figures differ from its events, and no roll is due: %', partition, differing
        USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'Roll these days ("spark-db rollup <day>"), then drop again.';
    END IF;
    EXECUTE format('ALTER TABLE public.spark_events DETACH PARTITION public.%I', partition);
    EXECUTE format('DROP TABLE public.%I', partition);
    INSERT INTO spark_rolled_days (day, changes, events_dropped_at)
    SELECT day::date, 0, now() FROM generate_series(first_day, next_month - 1, interval '1 day') AS day
    ON CONFLICT (day) DO UPDATE SET events_dropped_at = excluded.events_dropped_at;
    DELETE FROM spark_day_changes c WHERE c.day >= first_day AND c.day < next_month;
    dropped := dropped + 1;
  END LOOP;
  RETURN dropped;
END $$;
COMMENT ON FUNCTION spark_drop_partitions_before(date) IS 'Drops the monthly partitions of spark_events that end on or before the day, after rolling what is due of them; returns how many. Drops nothing when events of one differ from their daily figures. Writers wait while it waits for its lock, so it gives up after 2 s: call it again.';

CREATE FUNCTION spark_months_to_drop(before_day date) RETURNS SETOF date
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT m.next_month
  FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
  CROSS JOIN LATERAL (SELECT (to_date(substr(c.relname, 15, 4) || substr(c.relname, 20, 2), 'YYYYMM') + interval '1 month')::date AS next_month) AS m
  WHERE i.inhparent = 'public.spark_events'::regclass AND c.relname ~ '^spark_events_y[0-9]{4}m[0-9]{2}$'
    AND m.next_month <= before_day
  ORDER BY 1
$$;
COMMENT ON FUNCTION spark_months_to_drop(date) IS 'First UTC day after each month of spark_events that ends on or before the day, oldest first: given to spark_drop_partitions_before one by one, each month is dropped by itself.';

CREATE FUNCTION spark_drop_windows_before(before_day date) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  dropped bigint;
  more bigint;
BEGIN
  DELETE FROM spark_metrics_windowed w WHERE w.window_start < before_day::timestamp AT TIME ZONE 'UTC';
  GET DIAGNOSTICS dropped = ROW_COUNT;
  DELETE FROM spark_usage_windowed w WHERE w.window_start < before_day::timestamp AT TIME ZONE 'UTC';
  GET DIAGNOSTICS more = ROW_COUNT;
  RETURN dropped + more;
END $$;
COMMENT ON FUNCTION spark_drop_windows_before(date) IS 'Removes the windows that began before that UTC day; returns how many rows. Windows of days whose events were dropped cannot be counted again.';

REVOKE ALL ON FUNCTION spark_months_to_drop(date), spark_drop_windows_before(date) FROM PUBLIC;

-- 016_latency_buckets

-- Percentiles of function calls are read from the fixed buckets wherever they are shown, so the bucket of every single
-- call is asked for: the same places, found without a subquery, which PostgreSQL could not put into the statement.

CREATE OR REPLACE FUNCTION spark_latency_bucket(duration_ms double precision) RETURNS smallint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  -- Bounds are whole and inclusive: below a duration are those up to the whole number before it.
  SELECT CASE WHEN duration_ms IS NULL THEN -1
              ELSE width_bucket(ceil(duration_ms) - 1, spark_latency_bounds_ms()::double precision[]) END::smallint
$$;
COMMENT ON FUNCTION spark_latency_percentile_ms(smallint[], bigint[], double precision) IS 'Upper bound of the bucket in which that share (0 to 1) of the calls ends, in milliseconds; of the open one its lower bound. Null without calls. For array_agg(bucket), array_agg(total) of any rows that were counted by bucket: of spark_metrics_windowed, or of spark_function_calls by spark_latency_bucket(duration_ms).';

INSERT INTO spark_schema_migrations (name, run_on) VALUES
  ('001_sessions_and_events', now()),
  ('002_work', now()),
  ('003_daily', now()),
  ('004_maintenance', now()),
  ('005_roles', now()),
  ('006_days_due', now()),
  ('007_finish', now()),
  ('008_schema_version', now()),
  ('009_insights', now()),
  ('010_team', now()),
  ('011_rollup_checks', now()),
  ('012_windows', now()),
  ('013_alerts', now()),
  ('014_alert_ends', now()),
  ('015_daily_run_role', now()),
  ('016_latency_buckets', now());

COMMIT;
