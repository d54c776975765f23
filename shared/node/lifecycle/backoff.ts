/** Full-jitter exponential backoff: a random wait of at most `baseMs * 2^attempt`, capped. `attempt` starts at 0. */
export function backoffMs(
  attempt: number,
  options: { readonly baseMs?: number; readonly capMs?: number } = {},
): number {
  const { baseMs = 200, capMs = 15_000 } = options;
  const ceiling = Math.min(capMs, baseMs * 2 ** Math.min(attempt, 20));
  return Math.round(ceiling / 2 + (Math.random() * ceiling) / 2);
}

/** Resolves after `ms`, or at once when `signal` aborts (it never rejects: check the signal afterwards). */
export function waitMs(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted === true) {
      resolve();
      return;
    }
    const finish = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', finish);
      resolve();
    };
    const timer = setTimeout(finish, ms);
    signal?.addEventListener('abort', finish, { once: true });
  });
}

/**
 * Runs `attempt` until it succeeds, `isRetryable` says no, or `signal` aborts; waits with backoff between tries.
 * Rejects with the last error, or with the signal's reason.
 */
export async function retryUntilAborted<T>(
  attempt: (n: number) => Promise<T>,
  options: {
    readonly signal: AbortSignal;
    readonly isRetryable: (error: unknown) => boolean;
    readonly onRetry?: (error: unknown, waitMs: number, n: number) => void;
    readonly baseMs?: number;
    readonly capMs?: number;
  },
): Promise<T> {
  for (let n = 0; ; n += 1) {
    options.signal.throwIfAborted();
    try {
      return await attempt(n);
    } catch (error) {
      if (options.signal.aborted || !options.isRetryable(error)) throw error;
      const wait = backoffMs(n, options);
      options.onRetry?.(error, wait, n);
      await waitMs(wait, options.signal);
    }
  }
}
