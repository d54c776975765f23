/*
 * SQL over calls that were counted by outcome and by the bucket of their duration, in rows with the columns `outcome`,
 * `bucket` and `total`: those of windows, of events and of the calls themselves read the same percentiles from them.
 */

/** Percentiles are of the calls that ended by themselves: nobody waits for what was denied or cancelled. */
const byItself = `FILTER (WHERE outcome IN ('succeeded', 'failed'))`;

/** Upper bound in milliseconds of the bucket in which that share of the calls ends, as `latencyPercentileMs` has it. */
export const callPercentile = (share: number, bucket = 'bucket'): string =>
  `spark_latency_percentile_ms(array_agg(${bucket}) ${byItself}, array_agg(total) ${byItself}, ${share})`;

/** A column for each way to end. */
export const callOutcomes = ['succeeded', 'failed', 'denied', 'cancelled']
  .map((outcome) => `coalesce(sum(total) FILTER (WHERE outcome = '${outcome}'), 0) AS ${outcome}`)
  .join(', ');

/** Such rows by name, of rows of `spark_function_calls` named t: what follows FROM, with its WHERE. */
export const countedCalls = (from: string): string =>
  `SELECT t.name, t.state AS outcome, spark_latency_bucket(t.duration_ms) AS bucket, count(*) AS total FROM ${from} GROUP BY 1, 2, 3`;
