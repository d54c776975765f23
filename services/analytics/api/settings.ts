import { databaseVariables } from '../../../database/index.ts';
import { loadConfig, type Environment } from '../../../shared/node/config/index.ts';
import { natsFileVariables } from '../../../shared/node/messaging/index.ts';

/** Every variable that the analytics API reads. */
export const analyticsApiVariables = [
  ...databaseVariables,
  'SLATE_ANALYTICS_TOKEN',
  'SPARK_ANALYTICS_HOST',
  'SPARK_ANALYTICS_PORT',
  'NATS_URL',
  ...natsFileVariables,
  'SPARK_LOG_LEVEL',
  'JOURNAL_STREAM',
] as const;

/** Throws a ConfigError that names every problem at once. */
export const loadSettings = (env: Environment) =>
  loadConfig(env, analyticsApiVariables, ['SLATE_DB_REPLICA_HOST', 'SLATE_ANALYTICS_TOKEN']);
