-- What the team's history reads: the sessions of one project, or of one person, newest first, some at a time.

DROP INDEX spark_sessions_project;
CREATE INDEX spark_sessions_project ON spark_sessions (project_name, started_at DESC NULLS LAST) WHERE project_name IS NOT NULL;
COMMENT ON INDEX spark_sessions_project IS 'The sessions of a project, newest first (searchTeam), and the projects there are (readInsights).';

CREATE INDEX spark_sessions_user ON spark_sessions (user_id, started_at DESC NULLS LAST) WHERE user_id IS NOT NULL;
COMMENT ON INDEX spark_sessions_user IS 'The sessions of a person, newest first (searchTeam).';

COMMENT ON INDEX spark_sessions_started_at IS 'The team''s list of sessions, newest first (searchTeam, listTeamChoices).';
COMMENT ON INDEX spark_function_calls_pkey IS 'Upserts of a call''s states; findCall; the calls of sessions (searchTeam, openTeamSession).';
COMMENT ON INDEX spark_generated_scripts_pkey IS 'Upserts of a change; findScript; which changes are stored (listStoredChanges); the changes of sessions (searchTeam, openTeamSession).';
COMMENT ON INDEX spark_build_jobs_pkey IS 'Upserts of a build''s states; findBuild; the builds of sessions (searchTeam, openTeamSession).';
COMMENT ON INDEX spark_errors_daily_pkey IS 'Errors of a range of days (readInsights, listTeamChoices).';
