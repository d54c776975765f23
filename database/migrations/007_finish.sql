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
