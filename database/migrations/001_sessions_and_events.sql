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
