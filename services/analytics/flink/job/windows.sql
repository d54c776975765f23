-- SPARK's windows: events by type, ended function calls by outcome and duration, tokens and cost by model and user, per
-- minute and hour. For the SQL client of any Flink 1.20 with the connectors of engine/pom.xml in its lib folder.
--
-- Everything is counted from spark_events alone: its rows are only ever inserted, once each, and hold the events whole.
-- The time is recorded_at, the stream's own: the clock of an app moves nothing. Each name in braces after a dollar sign
-- is filled in by job/script.ts; README.md says what each is.

SET 'pipeline.name' = 'spark_windows';
SET 'execution.runtime-mode' = 'streaming';
SET 'table.local-time-zone' = 'UTC';
SET 'parallelism.default' = '${PARALLELISM}';

-- A window is written again after a restart, under the same key and with the same figures.
SET 'execution.checkpointing.mode' = 'EXACTLY_ONCE';
SET 'execution.checkpointing.interval' = '${CHECKPOINT_INTERVAL}';
-- The first one waits until the history is read.
SET 'execution.checkpointing.timeout' = '2 h';
SET 'execution.checkpointing.tolerable-failed-checkpoints' = '10';
SET 'execution.checkpointing.dir' = '${STATE_URI}';
SET 'execution.checkpointing.externalized-checkpoint-retention' = 'RETAIN_ON_CANCELLATION';
SET 'restart-strategy.type' = 'exponential-delay';
SET 'restart-strategy.exponential-delay.initial-backoff' = '1 s';
SET 'restart-strategy.exponential-delay.max-backoff' = '30 s';

-- Only the counts of late events are kept longer than their window. Longer than the 30 days of the stream: nothing that
-- it delivers again finds its count forgotten.
SET 'table.exec.state.ttl' = '40 d';
-- Keys of the sinks are those of the groups: no row overtakes another one of its key.
SET 'table.exec.sink.upsert-materialize' = 'NONE';

CREATE TEMPORARY TABLE changes (
  occurred_at TIMESTAMP_LTZ(3) NOT NULL,
  event_id STRING NOT NULL,
  type STRING NOT NULL,
  user_id STRING,
  recorded_at TIMESTAMP_LTZ(3) NOT NULL,
  payload STRING NOT NULL,
  committed_at TIMESTAMP_LTZ(3) NOT NULL METADATA FROM 'op_ts' VIRTUAL,
  -- How far this event brings the time. One that claims to be from the future is counted in its own window and closes no
  -- other: its commit is the limit, which is the same whenever it is read. The clock here would not be.
  comes_to AS CASE WHEN recorded_at > committed_at THEN committed_at ELSE recorded_at END,
  read_at AS PROCTIME(),
  PRIMARY KEY (occurred_at, event_id) NOT ENFORCED,
  -- Behind what comes in another order (several consumers, and what a dead one held) by the given time.
  WATERMARK FOR recorded_at AS comes_to - INTERVAL '${LATENESS}' MINUTE TO SECOND
) WITH (
  'connector' = 'postgres-cdc',
  'hostname' = '${PGHOST}',
  'port' = '${PGPORT}',
  'username' = '${PGUSER}',
  'password' = '${PGPASSWORD}',
  'database-name' = '${PGDATABASE}',
  'schema-name' = 'public',
  'table-name' = 'spark_events',
  'slot.name' = '${SLOT}',
  'decoding.plugin.name' = 'pgoutput',
  'debezium.publication.name' = 'spark_changes',
  'debezium.publication.autocreate.mode' = 'disabled',
  -- The publication has inserts only, and a running maximum is not made of anything else.
  'scan.read-changelog-as-append-only.enabled' = 'true',
  ${SOURCE_TLS}
  -- Without a checkpoint: the stored events from SINCE on, in the order of their time, then what is inserted after them.
  -- The connector makes no checkpoint before it has read the last row of the history: there is always one, which is of
  -- before SINCE and so in no window. Without it the first start on an empty database waited for the first event.
  'debezium.snapshot.mode' = 'initial',
  'debezium.snapshot.select.statement.overrides' = 'public.spark_events',
  'debezium.snapshot.select.statement.overrides.public.spark_events' =
    'SELECT occurred_at, event_id, session_id, seq, type, call_id, user_id, recorded_at, payload
       FROM public.spark_events WHERE recorded_at >= ''${SINCE}''
     UNION ALL
     SELECT ''epoch'', ''00000000-0000-0000-0000-000000000000'', ''00000000-0000-0000-0000-000000000000'', 0, ''none'',
       NULL, NULL, ''epoch'', ''{}''
     ORDER BY recorded_at',
  -- Events are up to 256 KiB: few are held at once.
  'debezium.snapshot.fetch.size' = '500',
  'debezium.max.batch.size' = '1024',
  'debezium.max.queue.size' = '2048',
  'debezium.max.queue.size.in.bytes' = '33554432'
);

-- Whether an event is late is decided here, once, right behind the source, by how far time had come in the events before
-- it. That maximum is in the checkpoint, unlike a watermark, and the changes come in the order of their commits: an event
-- that is read again is late again, or again is not. Watermarks are never ahead of it (they are its values since the last
-- start): what is not late reaches its window before that closes, so both together are all there is.
CREATE TEMPORARY VIEW recorded AS
SELECT
  recorded_at, type, user_id, payload, minute_start, hour_start,
  closed_before >= minute_start + INTERVAL '59.999' SECOND AS late_for_minute,
  closed_before >= hour_start + INTERVAL '59:59.999' MINUTE TO SECOND AS late_for_hour
FROM (
  SELECT
    recorded_at, type, user_id, payload,
    FLOOR(CAST(recorded_at AS TIMESTAMP(3)) TO MINUTE) AS minute_start,
    FLOOR(CAST(recorded_at AS TIMESTAMP(3)) TO HOUR) AS hour_start,
    CAST(MAX(comes_to) OVER (ORDER BY read_at ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS TIMESTAMP(3))
      - INTERVAL '${LATENESS}' MINUTE TO SECOND AS closed_before
  FROM changes
  -- Windows before the first whole one are not this run's.
  WHERE recorded_at >= TO_TIMESTAMP_LTZ(${SINCE_MS}, 3)
);

CREATE TEMPORARY VIEW calls AS
SELECT
  recorded_at, minute_start, hour_start, late_for_minute, late_for_hour, name, outcome,
  -- shared/domain/latency.ts
  CAST(CASE
    WHEN duration_ms IS NULL THEN -1
    WHEN duration_ms <= 50 THEN 0
    WHEN duration_ms <= 100 THEN 1
    WHEN duration_ms <= 200 THEN 2
    WHEN duration_ms <= 300 THEN 3
    WHEN duration_ms <= 500 THEN 4
    WHEN duration_ms <= 750 THEN 5
    WHEN duration_ms <= 1000 THEN 6
    WHEN duration_ms <= 1500 THEN 7
    WHEN duration_ms <= 2000 THEN 8
    WHEN duration_ms <= 3000 THEN 9
    WHEN duration_ms <= 5000 THEN 10
    WHEN duration_ms <= 7500 THEN 11
    WHEN duration_ms <= 10000 THEN 12
    WHEN duration_ms <= 15000 THEN 13
    WHEN duration_ms <= 20000 THEN 14
    WHEN duration_ms <= 30000 THEN 15
    WHEN duration_ms <= 60000 THEN 16
    WHEN duration_ms <= 120000 THEN 17
    ELSE 18
  END AS SMALLINT) AS latency_bucket
FROM (
  SELECT
    recorded_at, minute_start, hour_start, late_for_minute, late_for_hour,
    JSON_VALUE(payload, '$.name') AS name,
    JSON_VALUE(payload, '$.state') AS outcome,
    TRY_CAST(JSON_VALUE(payload, '$.durationMs') AS DOUBLE) AS duration_ms
  FROM recorded WHERE type = 'function_call'
)
WHERE name IS NOT NULL AND outcome IN ('succeeded', 'failed', 'denied', 'cancelled');

CREATE TEMPORARY VIEW metrics AS
SELECT
  recorded_at, minute_start, hour_start, late_for_minute, late_for_hour, CAST('event' AS STRING) AS kind, type AS name, CAST('' AS STRING) AS outcome,
  CAST(-1 AS SMALLINT) AS latency_bucket
FROM recorded
UNION ALL
SELECT recorded_at, minute_start, hour_start, late_for_minute, late_for_hour, CAST('function_call' AS STRING), name, outcome, latency_bucket FROM calls;

CREATE TEMPORARY VIEW responses AS
SELECT
  recorded_at, minute_start, hour_start, late_for_minute, late_for_hour, provider, `model`, COALESCE(user_id, '') AS user_id,
  COALESCE(TRY_CAST(JSON_VALUE(payload, '$.inputTokens') AS BIGINT), 0) AS input_tokens,
  COALESCE(TRY_CAST(JSON_VALUE(payload, '$.cachedTokens') AS BIGINT), 0) AS cached_tokens,
  COALESCE(TRY_CAST(JSON_VALUE(payload, '$.outputTokens') AS BIGINT), 0) AS output_tokens,
  TRY_CAST(JSON_VALUE(payload, '$.costMicroUsd') AS BIGINT) AS cost_micro_usd
FROM (
  SELECT *, JSON_VALUE(payload, '$.provider') AS provider, JSON_VALUE(payload, '$.model') AS `model`
  FROM recorded WHERE type = 'usage'
)
WHERE provider IS NOT NULL AND `model` IS NOT NULL;

CREATE TEMPORARY VIEW metrics_of_minute AS SELECT * FROM metrics WHERE NOT late_for_minute;
CREATE TEMPORARY VIEW metrics_of_hour AS SELECT * FROM metrics WHERE NOT late_for_hour;
CREATE TEMPORARY VIEW responses_of_minute AS SELECT * FROM responses WHERE NOT late_for_minute;
CREATE TEMPORARY VIEW responses_of_hour AS SELECT * FROM responses WHERE NOT late_for_hour;

-- Late events have no window that closes: each writes the count up to itself over the one before. Running sums, because a
-- GROUP BY would take its old row back before each new one, and nobody may delete from the sinks.
CREATE TEMPORARY VIEW late_metrics AS SELECT *, PROCTIME() AS counted_at FROM metrics WHERE late_for_minute;
CREATE TEMPORARY VIEW late_responses AS SELECT *, PROCTIME() AS counted_at FROM responses WHERE late_for_minute;

CREATE TEMPORARY TABLE spark_metrics_windowed (
  grain STRING NOT NULL,
  window_start TIMESTAMP(3) NOT NULL,
  window_end TIMESTAMP(3) NOT NULL,
  kind STRING NOT NULL,
  name STRING NOT NULL,
  outcome STRING NOT NULL,
  latency_bucket SMALLINT NOT NULL,
  is_late BOOLEAN NOT NULL,
  total BIGINT NOT NULL,
  PRIMARY KEY (grain, window_start, kind, name, outcome, latency_bucket, is_late) NOT ENFORCED
) WITH (
  'connector' = 'jdbc',
  'url' = '${JDBC_URL}',
  'username' = '${PGUSER}',
  'password' = '${PGPASSWORD}',
  'table-name' = 'spark_metrics_windowed',
  'sink.buffer-flush.interval' = '1 s',
  'sink.max-retries' = '5'
);

CREATE TEMPORARY TABLE spark_usage_windowed (
  grain STRING NOT NULL,
  window_start TIMESTAMP(3) NOT NULL,
  window_end TIMESTAMP(3) NOT NULL,
  provider STRING NOT NULL,
  `model` STRING NOT NULL,
  user_id STRING NOT NULL,
  is_late BOOLEAN NOT NULL,
  responses BIGINT NOT NULL,
  input_tokens BIGINT NOT NULL,
  cached_tokens BIGINT NOT NULL,
  output_tokens BIGINT NOT NULL,
  cost_micro_usd BIGINT NOT NULL,
  unpriced_responses BIGINT NOT NULL,
  PRIMARY KEY (grain, window_start, provider, `model`, user_id, is_late) NOT ENFORCED
) WITH (
  'connector' = 'jdbc',
  'url' = '${JDBC_URL}',
  'username' = '${PGUSER}',
  'password' = '${PGPASSWORD}',
  'table-name' = 'spark_usage_windowed',
  'sink.buffer-flush.interval' = '1 s',
  'sink.max-retries' = '5'
);

EXECUTE STATEMENT SET BEGIN

INSERT INTO spark_metrics_windowed
SELECT 'minute', window_start, window_end, kind, name, outcome, latency_bucket, FALSE, COUNT(*)
FROM TABLE(TUMBLE(TABLE metrics_of_minute, DESCRIPTOR(recorded_at), INTERVAL '1' MINUTE))
GROUP BY window_start, window_end, kind, name, outcome, latency_bucket;

INSERT INTO spark_metrics_windowed
SELECT 'hour', window_start, window_end, kind, name, outcome, latency_bucket, FALSE, COUNT(*)
FROM TABLE(TUMBLE(TABLE metrics_of_hour, DESCRIPTOR(recorded_at), INTERVAL '1' HOUR))
GROUP BY window_start, window_end, kind, name, outcome, latency_bucket;

INSERT INTO spark_metrics_windowed
SELECT 'minute', minute_start, TIMESTAMPADD(MINUTE, 1, minute_start), kind, name, outcome, latency_bucket, TRUE, COUNT(*) OVER so_far
FROM late_metrics
WINDOW so_far AS (
  PARTITION BY minute_start, kind, name, outcome, latency_bucket
  ORDER BY counted_at ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
);

INSERT INTO spark_metrics_windowed
SELECT 'hour', hour_start, TIMESTAMPADD(HOUR, 1, hour_start), kind, name, outcome, latency_bucket, TRUE, COUNT(*) OVER so_far
FROM late_metrics WHERE late_for_hour
WINDOW so_far AS (
  PARTITION BY hour_start, kind, name, outcome, latency_bucket
  ORDER BY counted_at ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
);

INSERT INTO spark_usage_windowed
SELECT 'minute', window_start, window_end, provider, `model`, user_id, FALSE, COUNT(*), SUM(input_tokens), SUM(cached_tokens),
  SUM(output_tokens), SUM(COALESCE(cost_micro_usd, 0)), SUM(CASE WHEN cost_micro_usd IS NULL THEN 1 ELSE 0 END)
FROM TABLE(TUMBLE(TABLE responses_of_minute, DESCRIPTOR(recorded_at), INTERVAL '1' MINUTE))
GROUP BY window_start, window_end, provider, `model`, user_id;

INSERT INTO spark_usage_windowed
SELECT 'hour', window_start, window_end, provider, `model`, user_id, FALSE, COUNT(*), SUM(input_tokens), SUM(cached_tokens),
  SUM(output_tokens), SUM(COALESCE(cost_micro_usd, 0)), SUM(CASE WHEN cost_micro_usd IS NULL THEN 1 ELSE 0 END)
FROM TABLE(TUMBLE(TABLE responses_of_hour, DESCRIPTOR(recorded_at), INTERVAL '1' HOUR))
GROUP BY window_start, window_end, provider, `model`, user_id;

INSERT INTO spark_usage_windowed
SELECT 'minute', minute_start, TIMESTAMPADD(MINUTE, 1, minute_start), provider, `model`, user_id, TRUE,
  COUNT(*) OVER so_far, SUM(input_tokens) OVER so_far, SUM(cached_tokens) OVER so_far, SUM(output_tokens) OVER so_far,
  SUM(COALESCE(cost_micro_usd, 0)) OVER so_far, SUM(CASE WHEN cost_micro_usd IS NULL THEN 1 ELSE 0 END) OVER so_far
FROM late_responses
WINDOW so_far AS (
  PARTITION BY minute_start, provider, `model`, user_id
  ORDER BY counted_at ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
);

INSERT INTO spark_usage_windowed
SELECT 'hour', hour_start, TIMESTAMPADD(HOUR, 1, hour_start), provider, `model`, user_id, TRUE,
  COUNT(*) OVER so_far, SUM(input_tokens) OVER so_far, SUM(cached_tokens) OVER so_far, SUM(output_tokens) OVER so_far,
  SUM(COALESCE(cost_micro_usd, 0)) OVER so_far, SUM(CASE WHEN cost_micro_usd IS NULL THEN 1 ELSE 0 END) OVER so_far
FROM late_responses WHERE late_for_hour
WINDOW so_far AS (
  PARTITION BY hour_start, provider, `model`, user_id
  ORDER BY counted_at ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
);

END;
