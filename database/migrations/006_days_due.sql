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
