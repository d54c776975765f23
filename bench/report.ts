import { cpus, release, totalmem, type as osType, arch } from 'node:os';
import process from 'node:process';
import { z } from 'zod';
import packageJson from '../package.json' with { type: 'json' };
import { summarize } from './stats.ts';

export const metricSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9]+(\.[a-z0-9_]+)+$/),
  unit: z.enum(['ms', 'µs', 'msg/s', 'deltas/s', 'ratio', 'kB', 'MB', 'MB/s', 'calls', 'frames']),
  /** The metric itself: a median unless `detail` says otherwise. */
  value: z.number(),
  p50: z.number().optional(),
  p95: z.number().optional(),
  p99: z.number().optional(),
  /** The same work without our code, measured in turn with it in the same run. */
  baseline: z.number().optional(),
  /** `value` over `baseline`, of medians. */
  ratio: z.number().optional(),
  samples: z.int().positive(),
  /** Distance between the quartiles of the samples, in `unit`. */
  spread: z.number().nonnegative(),
  /** What exactly was measured: sizes, mix, what is left out. */
  detail: z.string().optional(),
});
export type Metric = z.infer<typeof metricSchema>;

/** A metric that was asked for and has no figure: its group failed, or this system cannot tell it. */
const notMeasuredSchema = z.strictObject({ id: z.string(), failed: z.boolean(), reason: z.string() });
export type NotMeasured = z.infer<typeof notMeasuredSchema>;

/** What `npm run bench -- --json` prints. */
export const reportSchema = z.strictObject({
  machine: z.strictObject({ cpu: z.string(), cores: z.int().positive(), memoryGiB: z.number(), os: z.string() }),
  versions: z.record(z.string(), z.string()),
  metrics: z.array(metricSchema),
  notMeasured: z.array(notMeasuredSchema),
});
export type Report = z.infer<typeof reportSchema>;

export const describeMachine = (): Report['machine'] => ({
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  memoryGiB: round(totalmem() / 2 ** 30),
  os: `${osType()} ${release()} ${arch()}`,
});

export const ownVersions = (): Record<string, string> => ({ spark: packageJson.version, node: process.versions.node });

/** A metric of many measured values, with the same work's bare time beside it when there is one. */
export function metricOf(
  about: Pick<Metric, 'id' | 'unit' | 'detail'>,
  values: readonly number[],
  baseline?: readonly number[],
): Metric {
  const { p50, p95, p99, spread, samples } = summarize(values);
  const bare = baseline === undefined ? undefined : summarize(baseline).p50;
  return {
    ...about,
    value: round(p50),
    p50: round(p50),
    p95: round(p95),
    p99: round(p99),
    ...(bare === undefined ? {} : { baseline: round(bare) }),
    ...(bare === undefined || bare === 0 ? {} : { ratio: round(p50 / bare) }),
    samples,
    spread: round(spread),
  };
}

/** Three significant decimals below 100, whole numbers above 1,000: more would be noise. */
export function round(value: number): number {
  const places = Math.abs(value) >= 1_000 ? 0 : Math.abs(value) >= 100 ? 1 : 3;
  return Number(value.toFixed(places));
}

/** The table for people. */
export function renderReport({ machine, versions, metrics, notMeasured }: Report): string {
  const header = ['id', 'value', 'unit', 'p50', 'p95', 'p99', 'bare', 'ratio', 'spread', 'n'];
  const rows = metrics.map((metric) =>
    [
      metric.id,
      metric.value,
      metric.unit,
      metric.p50,
      metric.p95,
      metric.p99,
      metric.baseline,
      metric.ratio,
      metric.spread,
      metric.samples,
    ].map((cell) => (cell === undefined ? '' : String(cell))),
  );
  const widths = header.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, i) => (i === 0 || i === 2 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
      .join('  ');
  const details = metrics.flatMap(({ id, detail }) => (detail === undefined ? [] : [`  ${id}: ${detail}`]));
  return [
    `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB, ${machine.os}`,
    Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', '),
    '',
    line(header),
    ...rows.map(line),
    '',
    ...details,
    ...notMeasured.map(({ id, reason }) => `  ${id}: NOT MEASURED: ${reason}`),
  ].join('\n');
}
