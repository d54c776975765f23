import type { AnalyticsClient } from './client.ts';

/** What was last found of the analytics API; `unknown` until the first answer. */
export type AnalyticsStatus =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'ok'; readonly latencyMs: number }
  | { readonly kind: 'away'; readonly detail: string };

/** Each question costs its replica one. */
const freshMs = 30_000;

/**
 * Whether the analytics API answers. Who asks gets what is known at once; what is older than half a minute is asked for
 * meanwhile, and `onChange` called when it is another.
 */
export function watchAnalytics(options: {
  readonly client: Pick<AnalyticsClient, 'check'>;
  readonly onChange: () => void;
  readonly signal: AbortSignal;
  readonly nowMs?: () => number;
}): () => AnalyticsStatus {
  const { client, onChange, signal, nowMs = () => performance.now() } = options;
  let status: AnalyticsStatus = { kind: 'unknown' };
  let askedMs = Number.NEGATIVE_INFINITY;

  async function ask(): Promise<void> {
    const before = status;
    status = await client.check(signal).then(
      ({ latencyMs }): AnalyticsStatus => ({ kind: 'ok', latencyMs: Math.round(latencyMs) }),
      (error: unknown): AnalyticsStatus => ({
        kind: 'away',
        detail: error instanceof Error ? error.message : String(error),
      }),
    );
    if (!signal.aborted && JSON.stringify(before) !== JSON.stringify(status)) onChange();
  }

  return () => {
    if (nowMs() - askedMs >= freshMs && !signal.aborted) {
      askedMs = nowMs();
      void ask();
    }
    return status;
  };
}
