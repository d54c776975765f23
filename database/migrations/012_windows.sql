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
