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
