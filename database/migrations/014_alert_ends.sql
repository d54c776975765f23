-- Alerts: an end before the beginning is kept as one that was over at once; old ones can be dropped.

CREATE OR REPLACE FUNCTION spark_keep_alert(told jsonb) RETURNS void
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
  -- A clock that went back between beginning and end: over at once. (greatest alone would end an alert without an end.)
  IF alert.cleared_at < alert.raised_at THEN
    alert.cleared_at := alert.raised_at;
  END IF;
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

CREATE FUNCTION spark_drop_alerts_before(before_day date) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  dropped bigint;
BEGIN
  DELETE FROM spark_alerts a WHERE a.cleared_at < before_day::timestamp AT TIME ZONE 'UTC';
  GET DIAGNOSTICS dropped = ROW_COUNT;
  RETURN dropped;
END $$;
COMMENT ON FUNCTION spark_drop_alerts_before(date) IS 'Removes the alerts that were over before that UTC day, open ones never; returns how many.';

REVOKE ALL ON FUNCTION spark_drop_alerts_before(date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION spark_drop_alerts_before(date) TO spark_consumer;
