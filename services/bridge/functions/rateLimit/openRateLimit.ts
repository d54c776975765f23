import { hostname, userInfo } from 'node:os';
import type { Config, VariableName } from '../../../../shared/node/config/index.ts';
import type { Logger } from '../../../../shared/node/logging/index.ts';
import { makeRateLimit, type RateLimit } from './rateLimit.ts';
import { makeRedisCounter } from './redisCounter.ts';

/** What `openRateLimit` reads. */
export const rateLimitVariables = [
  'REDIS_HOST',
  'REDIS_PORT',
  'SPARK_REDIS_USER',
  'SPARK_REDIS_PASSWORD',
  'SPARK_USER_ID',
] as const satisfies readonly VariableName[];

/** The limit of this user's calls: shared by all of the user's apps where `REDIS_HOST` is set, else this app's own. */
export function openRateLimit(options: {
  readonly config: Config<(typeof rateLimitVariables)[number]>;
  readonly perMinute: number;
  readonly logger: Logger;
}): RateLimit {
  const { config, perMinute, logger } = options;
  const { REDIS_HOST: host, REDIS_PORT: port } = config;
  const user = config.SPARK_USER_ID ?? systemUser();
  if (host === undefined) return makeRateLimit({ perMinute, user });
  const redis = { host, port, user: config.SPARK_REDIS_USER, password: config.SPARK_REDIS_PASSWORD };
  return makeRateLimit({ perMinute, user, counter: makeRedisCounter({ redis, perMinute, logger }) });
}

/** People without a `SPARK_USER_ID` must not share one limit. */
function systemUser(): string {
  try {
    return `${userInfo().username}@${hostname()}`;
  } catch {
    // The system knows no name for this user: a container.
    return `@${hostname()}`;
  }
}
