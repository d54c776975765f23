import type { Redis } from 'ioredis';
import { RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import type { Logger } from '../../../../shared/node/logging/index.ts';
import { makeMemoryCounter, windowSeconds, type CallCounter } from './rateLimit.ts';

/*
 * The calls of a user counted in Redis, for all apps of that user together. Redis is never waited for longer than a
 * second: while it is away, refuses or hangs, the calls are counted in memory, which one warning tells, and the first
 * call that Redis counts again ends that. rate-limiter-flexible's own `insuranceLimiter` does the same and tells nobody.
 */
export interface RedisAccess {
  readonly host: string;
  readonly port: number;
  /** Redis's user `default` when unset. */
  readonly user: string | undefined;
  readonly password: string | undefined;
}

const longestPauseMs = 30_000;
/** So long a Redis that hangs is not asked again: no call after the first one waits. A new connection ends it. */
const restMs = 10_000;

export function makeRedisCounter(options: {
  readonly redis: RedisAccess;
  readonly perMinute: number;
  readonly logger: Logger;
  /** How long a call waits for Redis, in milliseconds. */
  readonly answerMs?: number;
}): CallCounter {
  const { redis, perMinute, logger, answerMs = 1_000 } = options;
  const memory = makeMemoryCounter(perMinute);
  const at = `${redis.host}:${redis.port}`;
  let client: Redis | undefined;
  let isAway = false;
  let askAgainAt = 0;
  let closed = false;

  function onAway(error: unknown): void {
    askAgainAt = performance.now() + restMs;
    if (isAway || closed) return;
    isAway = true;
    // Not the error itself: it carries the command, and the first one holds the password.
    const why = error instanceof Error ? error.message : String(error);
    const reason = redis.password === undefined ? why : why.replaceAll(redis.password, '…');
    logger.warn(
      { redis: at, reason },
      'Redis does not count function calls: until it does, each app counts its own in memory. Check REDIS_HOST, REDIS_PORT and SPARK_REDIS_*',
    );
  }

  function onAnswer(): void {
    if (!isAway) return;
    isAway = false;
    logger.info({ redis: at }, 'Redis counts function calls again');
  }

  async function open(): Promise<RateLimiterRedis> {
    // Loaded only where it is used.
    const { Redis } = await import('ioredis');
    const opened = new Redis({
      host: redis.host,
      port: redis.port,
      ...(redis.user === undefined ? {} : { username: redis.user }),
      ...(redis.password === undefined ? {} : { password: redis.password }),
      connectTimeout: answerMs,
      commandTimeout: answerMs,
      // A call is counted now or in memory, never later.
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
      maxRetriesPerRequest: 0,
      retryStrategy: (attempt) => Math.min(attempt * 500, longestPauseMs),
      // Both ask for more permissions than counting does.
      enableReadyCheck: false,
      disableClientInfo: true,
    });
    client = opened;
    if (closed) opened.disconnect();
    opened.on('error', onAway);
    opened.on('ready', () => {
      askAgainAt = 0;
    });
    await new Promise<void>((resolve) => {
      for (const event of ['ready', 'error', 'end']) opened.once(event, () => resolve());
    });
    return new RateLimiterRedis({
      storeClient: opened,
      keyPrefix: 'spark:calls',
      points: perMinute,
      duration: windowSeconds,
    });
  }

  // Connects now, so that a wrong address is told at the start and not at the first call.
  const opening = open();
  opening.catch(onAway);
  return {
    async consume(user) {
      if (performance.now() < askAgainAt) {
        await memory.consume(user);
        return;
      }
      try {
        const limiter = await opening;
        await limiter.consume(user);
        onAnswer();
      } catch (error) {
        if (error instanceof RateLimiterRes) {
          onAnswer();
          throw error;
        }
        onAway(error);
        await memory.consume(user);
      }
    },
    close() {
      closed = true;
      client?.disconnect();
    },
  };
}
