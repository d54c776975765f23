/** The limits that `rate_limits.updated` tells at the start of each response, counted per session. */
export interface RateLimits {
  /** A response begins: one request, and its output tokens are reserved. */
  readonly begin: () => readonly RateLimit[];
  /** What it used in the end. */
  readonly settle: (tokens: number) => void;
}

export interface RateLimit {
  readonly name: 'requests' | 'tokens';
  readonly limit: number;
  readonly remaining: number;
  readonly reset_seconds: number;
}

const requestsPerDay = 1_000;
const tokensPerMinute = 200_000;
const reserved = 4_096;

export function makeRateLimits(now: () => number): RateLimits {
  let requests = 0;
  let used = 0;
  let at = now();
  const flow = (): void => {
    used = Math.max(0, used - ((now() - at) / 60_000) * tokensPerMinute);
    at = now();
  };
  return {
    begin() {
      flow();
      requests += 1;
      const held = Math.min(tokensPerMinute, Math.ceil(used) + reserved);
      return [
        {
          name: 'requests',
          limit: requestsPerDay,
          remaining: Math.max(0, requestsPerDay - requests),
          reset_seconds: 86.4,
        },
        {
          name: 'tokens',
          limit: tokensPerMinute,
          remaining: tokensPerMinute - held,
          reset_seconds: (held / tokensPerMinute) * 60,
        },
      ];
    },
    settle(tokens) {
      flow();
      used += tokens;
    },
  };
}
