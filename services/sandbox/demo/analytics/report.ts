import { renderComparison } from './figures/table.ts';
import type { AnalyticsReport } from './play.ts';

export interface WholeReport extends AnalyticsReport {
  readonly totalSeconds: number;
  /** Peak by program, its processes together; empty where the system does not tell. */
  readonly memoryMb: Readonly<Record<string, number>>;
}

/** Where to look when that way to the figures says another thing than the others. */
const looks: Readonly<Record<string, string>> = {
  stored: 'the log of the consumer; "npm run consumer -- dlq list" shows what became no row',
  'raw SQL': 'the log of the consumer, and what became a dead letter ("npm run consumer -- dlq list")',
  rollups: 'is the day due? "npm run spark-db -- rollup --due"; services/analytics/airflow/README.md',
  'Flink minutes': '"npm run analytics:flink -- check --since …" names the windows; services/analytics/flink/README.md',
  'Flink hours': '"npm run analytics:flink -- check --since …" names the windows; services/analytics/flink/README.md',
  'API days': 'the lag of the replica; the daily tables; services/analytics/api/README.md',
  'API windows': 'the lag of the replica; the windows; services/analytics/api/README.md',
  spark_alerts: 'the log of the consumer, which keeps alerts; stream SPARK_ALERTS',
  API: 'the lag of the replica; services/analytics/api/README.md',
};

/** The whole report for people: each comparison, where to look when it fails, time and memory. */
export function renderReport(report: WholeReport): string {
  const { ok, without, load, comparisons, phases, totalSeconds, memoryMb } = report;
  const wrong = [...new Set(comparisons.flatMap(({ rows }) => rows.flatMap(({ differ }) => differ)))];
  const hints = wrong.map((way) => `  ${way}: ${looks[way] ?? 'its own log'}`);
  const seconds = (value: number): string => `${value.toFixed(1)} s`.padStart(9);
  const names = Math.max(...[...phases.map(({ name }) => name), ...Object.keys(memoryMb)].map(({ length }) => length));
  return [
    `\n${load.events} events and ${load.late} late ones of ${load.since} to ${load.until}, windows closed.\n`,
    ...comparisons.map((comparison) => `${renderComparison(comparison)}\n`),
    ...phases.map((phase) => `${phase.name.padEnd(names)}  ${seconds(phase.seconds)}`),
    `${'all'.padEnd(names)}  ${seconds(totalSeconds)}\n`,
    ...(Object.keys(memoryMb).length === 0
      ? ['Memory is not known: this system has no /proc.']
      : ['Most memory at once, each program with its processes:']),
    ...Object.entries(memoryMb).map(([name, mb]) => `${name.padEnd(names)}  ${`${mb} MB`.padStart(9)}`),
    '',
    ...(without.length === 0
      ? []
      : [`A partial run, without ${without.join(', ')}: what they count is not in the comparison.`]),
    ...(ok ? ['All ways to every figure agree.'] : ['The ways to the figures do NOT agree (✗). Look at:', ...hints]),
  ].join('\n');
}
