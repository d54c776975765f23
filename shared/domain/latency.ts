/**
 * The fixed buckets of durations, for every engine: upper bounds in milliseconds, inclusive; above the last one there is
 * an open bucket. Percentiles are read from merged buckets, so figures of windows can be added up and all who merge the
 * same buckets say the same. The list is never changed: what is stored holds places in it. `spark_latency_bounds_ms`
 * (database) and the SQL of Flink have the same list; tests compare them.
 */
export const latencyBoundsMs = [
  50, 100, 200, 300, 500, 750, 1_000, 1_500, 2_000, 3_000, 5_000, 7_500, 10_000, 15_000, 20_000, 30_000, 60_000,
  120_000,
] as const;

/** How many calls fell into each bucket, the open one last. */
export type LatencyCounts = number[];

export const noLatencies = (): LatencyCounts => Array.from({ length: latencyBoundsMs.length + 1 }, () => 0);

/** The place of the bucket of a duration, 0 for the shortest. */
export function latencyBucketOf(durationMs: number): number {
  const found = latencyBoundsMs.findIndex((bound) => durationMs <= bound);
  return found < 0 ? latencyBoundsMs.length : found;
}

export function addLatency(counts: LatencyCounts, durationMs: number): void {
  const bucket = latencyBucketOf(durationMs);
  counts[bucket] = (counts[bucket] ?? 0) + 1;
}

export const countLatencies = (merged: LatencyCounts): number => merged.reduce((sum, each) => sum + each, 0);

export function mergeLatencies(parts: readonly LatencyCounts[]): LatencyCounts {
  const merged = noLatencies();
  for (const part of parts)
    for (const [bucket, count] of part.entries()) merged[bucket] = (merged[bucket] ?? 0) + count;
  return merged;
}

/**
 * The upper bound of the bucket in which that share of the calls ends, in milliseconds; of the open one its lower bound,
 * as Prometheus has it. Null without calls.
 */
export function latencyPercentileMs(merged: LatencyCounts, share: number): number | null {
  const total = countLatencies(merged);
  if (total === 0) return null;
  const rank = Math.ceil(total * share);
  let seen = 0;
  for (const [bucket, bound] of latencyBoundsMs.entries()) {
    seen += merged[bucket] ?? 0;
    if (seen >= rank) return bound;
  }
  return latencyBoundsMs.at(-1) ?? null;
}
