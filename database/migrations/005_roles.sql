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
