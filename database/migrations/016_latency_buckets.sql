-- Percentiles of function calls are read from the fixed buckets wherever they are shown, so the bucket of every single
-- call is asked for: the same places, found without a subquery, which PostgreSQL could not put into the statement.

CREATE OR REPLACE FUNCTION spark_latency_bucket(duration_ms double precision) RETURNS smallint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  -- Bounds are whole and inclusive: below a duration are those up to the whole number before it.
  SELECT CASE WHEN duration_ms IS NULL THEN -1
              ELSE width_bucket(ceil(duration_ms) - 1, spark_latency_bounds_ms()::double precision[]) END::smallint
$$;
COMMENT ON FUNCTION spark_latency_percentile_ms(smallint[], bigint[], double precision) IS 'Upper bound of the bucket in which that share (0 to 1) of the calls ends, in milliseconds; of the open one its lower bound. Null without calls. For array_agg(bucket), array_agg(total) of any rows that were counted by bucket: of spark_metrics_windowed, or of spark_function_calls by spark_latency_bucket(duration_ms).';
