-- Alerts of every engine that raises some. What is published on alerts.spark.> is kept here by spark_keep_alert alone.

CREATE TABLE spark_alerts (
  alert_id uuid NOT NULL,
  source text NOT NULL CHECK (source <> ''),
  rule_id text NOT NULL,
  kind text NOT NULL,
  severity text NOT NULL CHECK (severity IN ('info', 'warning', 'critical')),
  group_name text NOT NULL,
  summary text NOT NULL,
  value double precision,
  threshold double precision,
  baseline double precision,
  raised_at timestamptz NOT NULL,
  cleared_at timestamptz CHECK (cleared_at >= raised_at),
  state text GENERATED ALWAYS AS (CASE WHEN cleared_at IS NULL THEN 'raised' ELSE 'cleared' END) STORED,
  stored_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (alert_id)
);
COMMENT ON TABLE spark_alerts IS 'Every alert, one row each from raised to cleared; of a source, rule and group at most one is open.';
COMMENT ON COLUMN spark_alerts.alert_id IS 'Of source, rule, group and the time it was raised: the same however often it is told.';
COMMENT ON COLUMN spark_alerts.source IS 'Who raised it: storm, airflow, prometheus.';
COMMENT ON COLUMN spark_alerts.rule_id IS 'The rule, as its source names it.';
COMMENT ON COLUMN spark_alerts.kind IS 'Kind of the rule, e.g. error_rate.';
COMMENT ON COLUMN spark_alerts.severity IS 'info, warning or critical.';
COMMENT ON COLUMN spark_alerts.group_name IS 'The function, person, target, model or consumer that it is about; all of a rule over everything.';
COMMENT ON COLUMN spark_alerts.summary IS 'What a person reads.';
COMMENT ON COLUMN spark_alerts.value IS 'The figure that was over its threshold, in the unit of the kind; null where there is none.';
COMMENT ON COLUMN spark_alerts.threshold IS 'What the figure was compared with.';
COMMENT ON COLUMN spark_alerts.baseline IS 'The usual figure, where the rule knows one.';
COMMENT ON COLUMN spark_alerts.raised_at IS 'When it was raised.';
COMMENT ON COLUMN spark_alerts.cleared_at IS 'When it was over; null while it is open.';
COMMENT ON COLUMN spark_alerts.state IS 'raised while it is open, else cleared.';
COMMENT ON COLUMN spark_alerts.stored_at IS 'When the row was first inserted.';
COMMENT ON INDEX spark_alerts_pkey IS 'One row per alert, however often it is told (spark_keep_alert).';
CREATE UNIQUE INDEX spark_alerts_open ON spark_alerts (source, rule_id, group_name) WHERE cleared_at IS NULL;
COMMENT ON INDEX spark_alerts_open IS 'One open alert of a rule and group; the open ones (spark_keep_alert, readAlerts).';
CREATE INDEX spark_alerts_raised_at ON spark_alerts (raised_at DESC, alert_id DESC);
COMMENT ON INDEX spark_alerts_raised_at IS 'Alerts newest first, some at a time (readAlerts).';

CREATE FUNCTION spark_keep_alert(told jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  alert spark_alerts;
BEGIN
  alert.alert_id := told ->> 'alertId';
  alert.source := told ->> 'source';
  alert.rule_id := told ->> 'ruleId';
  alert.group_name := told ->> 'group';
  alert.raised_at := told ->> 'raisedAt';
  alert.cleared_at := told ->> 'clearedAt';
  -- Alerts of one rule and group are told one after the other, whoever tells them.
  PERFORM pg_advisory_xact_lock(hashtextextended(concat_ws(chr(31), 'spark_keep_alert', alert.source, alert.rule_id, alert.group_name), 0));
  -- A later one says that the earlier one is over: its end was not heard.
  UPDATE spark_alerts a SET cleared_at = alert.raised_at
  WHERE a.source = alert.source AND a.rule_id = alert.rule_id AND a.group_name = alert.group_name
    AND a.cleared_at IS NULL AND a.raised_at <= alert.raised_at AND a.alert_id <> alert.alert_id;
  IF alert.cleared_at IS NULL THEN
    SELECT min(a.raised_at) INTO alert.cleared_at FROM spark_alerts a
    WHERE a.source = alert.source AND a.rule_id = alert.rule_id AND a.group_name = alert.group_name
      AND a.raised_at > alert.raised_at AND a.alert_id <> alert.alert_id;
  END IF;
  INSERT INTO spark_alerts AS kept (alert_id, source, rule_id, kind, severity, group_name, summary, value, threshold, baseline, raised_at, cleared_at)
  VALUES (alert.alert_id, alert.source, alert.rule_id, told ->> 'kind', told ->> 'severity', alert.group_name, told ->> 'summary',
          (told ->> 'value')::double precision, (told ->> 'threshold')::double precision, (told ->> 'baseline')::double precision,
          alert.raised_at, alert.cleared_at)
  -- Told again in any order: what is over stays over.
  ON CONFLICT (alert_id) DO UPDATE
  SET severity = excluded.severity, summary = excluded.summary, value = excluded.value, threshold = excluded.threshold,
      baseline = excluded.baseline, cleared_at = excluded.cleared_at
  WHERE kept.cleared_at IS NULL;
END $$;
COMMENT ON FUNCTION spark_keep_alert(jsonb) IS 'Keeps an alert as it is published on alerts.spark.> (shared/contracts/alerts.ts); may be told again, in any order. One that is raised ends an earlier open one of its rule and group.';

REVOKE ALL ON FUNCTION spark_keep_alert(jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION spark_keep_alert(jsonb) TO spark_consumer;
GRANT SELECT ON spark_alerts TO slate_user, spark_consumer, spark_readonly;
