-- What the window's insights read: cost by function, figures of one project, and days that are counted while they are due.

ALTER TABLE spark_usage ADD COLUMN call_id text;
COMMENT ON COLUMN spark_usage.call_id IS 'Call that the response was made for; null for the conversation itself.';
-- Responses of before: each finds its event by one look into the index on (session_id, seq).
UPDATE spark_usage u SET call_id = e.call_id
FROM spark_events e WHERE e.session_id = u.session_id AND e.seq = u.seq AND e.type = 'usage' AND e.call_id IS NOT NULL;

CREATE INDEX spark_sessions_project ON spark_sessions (project_name) WHERE project_name IS NOT NULL;
COMMENT ON INDEX spark_sessions_project IS 'The sessions of a project, and the projects there are (readInsights).';

COMMENT ON INDEX spark_function_calls_finished_at IS 'The calls that ended in a range of days (spark_rollup_day, readInsights).';
COMMENT ON INDEX spark_usage_occurred_at IS 'The responses of a range of days (spark_rollup_day, readInsights).';
COMMENT ON INDEX spark_build_jobs_finished_at IS 'The builds that ended in a range of days (spark_rollup_day, readInsights).';
COMMENT ON INDEX spark_usage_daily_pkey IS 'Usage of a range of days (readInsights).';
COMMENT ON INDEX spark_errors_daily_pkey IS 'Errors of a range of days (readInsights).';
COMMENT ON INDEX spark_events_daily_pkey IS 'Events of a range of days (readInsights, readEventsDaily).';

-- The app counts the newest days that are due itself instead of showing them as they were.
GRANT EXECUTE ON FUNCTION spark_days_due(date) TO slate_user;
