import { DependencyError } from '../shared/errors/index.ts';

/*
 * Circuit breaker for new connections. A server that is away costs a connect timeout; only the first callers pay it.
 * Open: everybody is refused at once with the reason. When the rest is over, one caller is let through as the probe and
 * the others are still refused; each failed probe doubles the rest. 0.25 s at first, so that a restarted server is
 * found at once; 3 s at most, so that one that was away for hours is found soon.
 */
export type BreakerState =
  | { readonly kind: 'closed' }
  | {
      readonly kind: 'open';
      /** When the first of these failures was seen; milliseconds since 1970. */
      readonly sinceMs: number;
      /** Failed tries in a row. */
      readonly failures: number;
      readonly reason: string;
    };

export interface Breaker {
  /** Runs `connect` and learns from how it ends, or rejects at once with a DependencyError. */
  readonly through: <T>(connect: () => Promise<T>) => Promise<T>;
  readonly state: () => BreakerState;
}

export interface BreakerOptions {
  /** Whether this failure says that the server is away; others pass and change nothing. */
  readonly counts: (error: unknown) => boolean;
  readonly now?: () => number;
  readonly baseMs?: number;
  readonly capMs?: number;
}

export function makeBreaker({ counts, now = Date.now, baseMs = 250, capMs = 3_000 }: BreakerOptions): Breaker {
  let open: { readonly sinceMs: number; readonly error: DependencyError } | undefined;
  let failures = 0;
  let restUntilMs = 0;
  let probing = false;

  function failed(error: unknown): void {
    if (!counts(error) || !(error instanceof DependencyError)) return;
    open = { sinceMs: open?.sinceMs ?? now(), error };
    // Callers that were under way together failed for one reason: that is one failure.
    if (now() < restUntilMs) return;
    failures += 1;
    restUntilMs = now() + Math.min(capMs, baseMs * 2 ** (failures - 1));
  }

  return {
    async through(connect) {
      const probe = open !== undefined;
      if (open !== undefined) {
        if (probing || now() < restUntilMs) throw refusal(open.error);
        probing = true;
      }
      try {
        const value = await connect();
        open = undefined;
        failures = 0;
        restUntilMs = 0;
        return value;
      } catch (error) {
        failed(error);
        throw error;
      } finally {
        if (probe) probing = false;
      }
    },
    state: () =>
      open === undefined
        ? { kind: 'closed' }
        : { kind: 'open', sinceMs: open.sinceMs, failures, reason: open.error.message },
  };
}

/** The same words and facts as the failure that opened it. */
const refusal = ({ code, message, retryable, data, cause }: DependencyError): DependencyError =>
  new DependencyError(code, message, { retryable, data: { ...data, notTried: true }, cause });
