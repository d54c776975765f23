-- Daily rollups, written by spark_rollup_day alone. The primary keys serve every read: one day, or a range of days.

CREATE TABLE spark_usage_daily (
  day date NOT NULL,
  provider text NOT NULL,
  model text NOT NULL,
  responses bigint NOT NULL,
  sessions bigint NOT NULL,
  input_tokens numeric NOT NULL,
  cached_tokens numeric NOT NULL,
  output_tokens numeric NOT NULL,
  cost_micro_usd numeric NOT NULL,
  unpriced_responses bigint NOT NULL,
  rolled_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (day, provider, model)
);
COMMENT ON TABLE spark_usage_daily IS 'Tokens and cost per UTC day and model.';
COMMENT ON COLUMN spark_usage_daily.day IS 'UTC day of the responses.';
COMMENT ON COLUMN spark_usage_daily.provider IS 'Who answered.';
COMMENT ON COLUMN spark_usage_daily.model IS 'Which model answered.';
COMMENT ON COLUMN spark_usage_daily.responses IS 'Number of responses.';
COMMENT ON COLUMN spark_usage_daily.sessions IS 'Sessions with at least one response.';
COMMENT ON COLUMN spark_usage_daily.input_tokens IS 'Tokens in, the cached ones included.';
COMMENT ON COLUMN spark_usage_daily.cached_tokens IS 'Cached part of the input.';
COMMENT ON COLUMN spark_usage_daily.output_tokens IS 'Tokens out.';
COMMENT ON COLUMN spark_usage_daily.cost_micro_usd IS 'Whole micro-dollars of the priced responses.';
COMMENT ON COLUMN spark_usage_daily.unpriced_responses IS 'Responses without a known price, not part of the cost.';
COMMENT ON COLUMN spark_usage_daily.rolled_at IS 'When this day was rolled last.';

CREATE TABLE spark_errors_daily (
  day date NOT NULL,
  kind text NOT NULL CHECK (kind IN ('function_call', 'build')),
  name text NOT NULL,
  error_code text NOT NULL,
  errors bigint NOT NULL,
  attempts bigint NOT NULL,
  rolled_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (day, kind, name, error_code)
);
COMMENT ON TABLE spark_errors_daily IS 'Failures and attempts per UTC day: the error rate of a function or build target is sum(errors) / max(attempts).';
COMMENT ON COLUMN spark_errors_daily.day IS 'UTC day on which the calls or builds ended.';
COMMENT ON COLUMN spark_errors_daily.kind IS 'function_call or build.';
COMMENT ON COLUMN spark_errors_daily.name IS 'Function name or build target.';
COMMENT ON COLUMN spark_errors_daily.error_code IS 'Error code; the empty one is the row of a name that had no failure.';
COMMENT ON COLUMN spark_errors_daily.errors IS 'Failures with this code.';
COMMENT ON COLUMN spark_errors_daily.attempts IS 'All that ended for this kind and name, whatever the code.';
COMMENT ON COLUMN spark_errors_daily.rolled_at IS 'When this day was rolled last.';

CREATE TABLE spark_events_daily (
  day date NOT NULL,
  type text NOT NULL,
  events bigint NOT NULL,
  sessions bigint NOT NULL,
  rolled_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (day, type)
);
COMMENT ON TABLE spark_events_daily IS 'Events per UTC day and type.';
COMMENT ON COLUMN spark_events_daily.day IS 'UTC day of the events'' own time.';
COMMENT ON COLUMN spark_events_daily.type IS 'Event type.';
COMMENT ON COLUMN spark_events_daily.events IS 'Number of events.';
COMMENT ON COLUMN spark_events_daily.sessions IS 'Sessions with at least one.';
COMMENT ON COLUMN spark_events_daily.rolled_at IS 'When this day was rolled last.';
