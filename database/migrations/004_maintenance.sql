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
