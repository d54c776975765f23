import { Gauge, type GaugeConfiguration, type Registry } from 'prom-client';
import {
  countOpenAlerts,
  findMissingMonths,
  listDaysDue,
  readRecentCalls,
  type RecentCalls,
  type ReplicaReader,
} from '../../../database/index.ts';
import { latencyBoundsMs } from '../../../shared/domain/latency.ts';

/** What is asked of the replica for /metrics. */
interface Stored {
  readonly lagMs: number;
  readonly missingMonths: number;
  readonly daysDue: number;
  readonly calls: readonly RecentCalls[];
  readonly openAlerts: readonly { readonly severity: string; readonly alerts: number }[];
}

/** Minutes that the figures of calls are about; the alert rules say the same. */
const recentMinutes = 5;
const lastBoundSeconds = Math.max(...latencyBoundsMs) / 1_000;
/** Two scrapers cost one look. */
const freshMs = 5_000;

/**
 * What the stored data says about the health of SPARK, looked up when Prometheus asks. A replica that is away leaves all of
 * it out but `spark_analytics_replica_up`: an old number would look like a new one.
 */
export function observeStored(
  registry: Registry,
  { reader, now = () => performance.now() }: { readonly reader: ReplicaReader; readonly now?: () => number },
): void {
  let asked: { readonly atMs: number; readonly stored: Promise<Stored | null> } | undefined;
  function look(): Promise<Stored | null> {
    if (asked === undefined || now() - asked.atMs >= freshMs) {
      asked = { atMs: now(), stored: readStored(reader).catch(() => null) };
    }
    return asked.stored;
  }
  const add = (gauge: GaugeConfiguration<string>): void => {
    registry.registerMetric(new Gauge({ ...gauge, registers: [] }));
  };
  const plain: readonly [string, string, (stored: Stored) => number][] = [
    ['spark_analytics_replica_lag_seconds', 'How far the replica is behind.', ({ lagMs }) => lagMs / 1_000],
    [
      'spark_stored_missing_months',
      'Partitions of spark_events that are missing, of this UTC month and the next: events of them cannot be stored.',
      ({ missingMonths }) => missingMonths,
    ],
    [
      'spark_stored_days_due',
      'UTC days before today whose daily figures are older than their events.',
      ({ daysDue }) => daysDue,
    ],
  ];
  add({
    name: 'spark_analytics_replica_up',
    help: '1 when the replica answered.',
    async collect() {
      this.set((await look()) === null ? 0 : 1);
    },
  });
  for (const [name, help, valueOf] of plain) {
    add({
      name,
      help,
      async collect() {
        const stored = await look();
        // prom-client shows 0 for a gauge without a value; one without labels has none only after this.
        if (stored === null) this.remove();
        else this.set(valueOf(stored));
      },
    });
  }
  add({
    name: 'spark_stored_recent_calls',
    help: `Function calls that ended by themselves in the last ${recentMinutes} minutes, by function and outcome.`,
    labelNames: ['function', 'outcome'],
    async collect() {
      this.reset();
      for (const { name, succeeded, failed } of (await look())?.calls ?? []) {
        this.set({ function: name, outcome: 'succeeded' }, succeeded);
        this.set({ function: name, outcome: 'failed' }, failed);
      }
    },
  });
  add({
    name: 'spark_stored_recent_call_p95_seconds',
    help: `Upper bound of the bucket within which 95 of 100 of these calls ended, by function (${lastBoundSeconds} stands for more, too); the wait for an approval is part of it.`,
    labelNames: ['function'],
    async collect() {
      this.reset();
      for (const { name, p95Ms } of (await look())?.calls ?? []) {
        if (p95Ms !== null) this.set({ function: name }, p95Ms / 1_000);
      }
    },
  });
  add({
    name: 'spark_stored_recent_slow_calls',
    help: `Of these calls, those that took more than ${lastBoundSeconds} s, by function.`,
    labelNames: ['function'],
    async collect() {
      this.reset();
      for (const { name, beyondBounds } of (await look())?.calls ?? []) this.set({ function: name }, beyondBounds);
    },
  });
  add({
    name: 'spark_stored_open_alerts',
    help: 'Open alerts in spark_alerts, by severity.',
    labelNames: ['severity'],
    async collect() {
      this.reset();
      const stored = await look();
      if (stored === null) return;
      for (const severity of ['info', 'warning', 'critical']) this.set({ severity }, 0);
      for (const { severity, alerts } of stored.openAlerts) this.set({ severity }, alerts);
    },
  });
  add({
    name: 'spark_analytics_pool_connections',
    help: 'Connections to the replica (total, idle) and callers that wait for one (waiting).',
    labelNames: ['state'],
    collect() {
      const stats = reader.stats();
      for (const state of ['total', 'idle', 'waiting'] as const) this.set({ state }, stats[state]);
    },
  });
}

async function readStored(reader: ReplicaReader): Promise<Stored> {
  const today = new Date().toISOString().slice(0, 10);
  const { value, lagMs } = await reader.read(async (client) => ({
    missingMonths: (await findMissingMonths(client)).length,
    daysDue: (await listDaysDue(client, today)).length,
    calls: await readRecentCalls(client, recentMinutes),
    openAlerts: await countOpenAlerts(client),
  }));
  return { ...value, lagMs };
}
