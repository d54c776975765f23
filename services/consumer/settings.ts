import { databaseVariables } from '../../database/index.ts';
import { loadConfig, type Environment } from '../../shared/node/config/index.ts';
import { natsFileVariables } from '../../shared/node/messaging/index.ts';

/** Every variable that the consumer reads. */
export const consumerVariables = [
  ...databaseVariables,
  'NATS_URL',
  ...natsFileVariables,
  'SPARK_NATS_REPLICAS',
  'SPARK_CONSUMER_BATCH',
  'SPARK_CONSUMER_ACK_WAIT_S',
  'SPARK_RETENTION_DAYS',
  'SPARK_STRICT_STARTUP',
  'SPARK_LOG_LEVEL',
  'SPARK_METRICS_HOST',
  'SPARK_METRICS_PORT',
  'JOURNAL_STREAM',
  'NOTIFY_SOCKET',
  'WATCHDOG_USEC',
] as const;

export const requiredVariables = [
  'SLATE_DB_HOST',
  'NATS_URL',
] as const satisfies readonly (typeof consumerVariables)[number][];

/** Everything the consumer reads from the environment. Throws a ConfigError that names every problem at once. */
export function loadSettings(env: Environment) {
  return loadConfig(env, consumerVariables, requiredVariables);
}
export type Settings = ReturnType<typeof loadSettings>;

/** How much is taken at a time, and how long a dead instance's share is held back. */
export const limitsOf = (settings: Settings) => ({
  maxBatch: settings.SPARK_CONSUMER_BATCH,
  ackWaitMs: settings.SPARK_CONSUMER_ACK_WAIT_S * 1_000,
});
