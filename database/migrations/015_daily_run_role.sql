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
