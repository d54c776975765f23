/** Order statistics of measured values. Medians and quartiles, because a shared machine makes long tails. */
export interface Summary {
  readonly samples: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  /** Distance between the quartiles. */
  readonly spread: number;
}

/** The value below which `fraction` (0 to 1) of the values lie, interpolated between neighbours. Throws on no values. */
export function percentile(values: readonly number[], fraction: number): number {
  if (values.length === 0) throw new RangeError('A percentile needs at least one value.');
  if (!(fraction >= 0 && fraction <= 1)) throw new RangeError('A percentile lies between 0 and 1.');
  const sorted = [...values].sort((a, b) => a - b);
  const place = fraction * (sorted.length - 1);
  const below = sorted[Math.floor(place)] ?? 0;
  const above = sorted[Math.ceil(place)] ?? below;
  return below + (above - below) * (place - Math.floor(place));
}

export const median = (values: readonly number[]): number => percentile(values, 0.5);

export function summarize(values: readonly number[]): Summary {
  return {
    samples: values.length,
    p50: median(values),
    p95: percentile(values, 0.95),
    p99: percentile(values, 0.99),
    spread: percentile(values, 0.75) - percentile(values, 0.25),
  };
}
