/**
 * Upper bounds of the buckets in milliseconds, the last one open. Percentiles are read from merged buckets, so figures
 * of windows can be added up and all who merge the same buckets say the same.
 */
const boundsMs = [
  50, 100, 200, 300, 500, 750, 1_000, 1_500, 2_000, 3_000, 5_000, 7_500, 10_000, 15_000, 20_000, 30_000, 60_000,
  120_000,
] as const;

/** How many calls fell into each bucket. */
export type LatencyCounts = number[];

export const noLatencies = (): LatencyCounts => Array.from({ length: boundsMs.length + 1 }, () => 0);

export function addLatency(counts: LatencyCounts, durationMs: number): void {
  const found = boundsMs.findIndex((bound) => durationMs <= bound);
  const bucket = found < 0 ? boundsMs.length : found;
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
export function percentileMs(merged: LatencyCounts, share: number): number | null {
  const total = countLatencies(merged);
  if (total === 0) return null;
  const rank = Math.ceil(total * share);
  let seen = 0;
  for (const [bucket, bound] of boundsMs.entries()) {
    seen += merged[bucket] ?? 0;
    if (seen >= rank) return bound;
  }
  return boundsMs.at(-1) ?? null;
}
