import { databaseVariables } from '../../../database/index.ts';
import { ConfigError, loadConfig, type Environment } from '../../../shared/node/config/index.ts';
import { natsFileVariables } from '../../../shared/node/messaging/index.ts';

/** Every variable that the analytics API reads. */
export const analyticsApiVariables = [
  ...databaseVariables,
  'SLATE_ANALYTICS_TOKEN',
  'SPARK_ALERTMANAGER_TOKEN',
  'SPARK_ANALYTICS_HOST',
  'SPARK_ANALYTICS_PORT',
  'NATS_URL',
  ...natsFileVariables,
  'SPARK_LOG_LEVEL',
  'JOURNAL_STREAM',
] as const;

/** Throws a ConfigError that names every problem at once. */
export function loadSettings(env: Environment) {
  const settings = loadConfig(env, analyticsApiVariables, ['SLATE_DB_REPLICA_HOST', 'SLATE_ANALYTICS_TOKEN']);
  if (settings.SPARK_ALERTMANAGER_TOKEN === settings.SLATE_ANALYTICS_TOKEN) {
    // Every app has that one, and could raise and end alerts for everybody.
    const message = 'must be another than SLATE_ANALYTICS_TOKEN, which every app has';
    throw new ConfigError([{ path: 'SPARK_ALERTMANAGER_TOKEN', message }]);
  }
  return settings;
}
