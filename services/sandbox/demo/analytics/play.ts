import { countStoredEvents, findWindowsEnd, readAlerts } from '../../../../database/index.ts';
import { alertSchema, deadLetterStreamName, type Alert } from '../../../../shared/contracts/index.ts';
import { waitMs } from '../../../../shared/node/lifecycle/index.ts';
import { makeJetStreamPublisher, readDurable, readStream } from '../../../../shared/node/messaging/index.ts';
import { alertsAsWay } from './figures/alerts.ts';
import { compareWays, type Comparison, type Way } from './figures/compare.ts';
import { readWays } from './figures/ways.ts';
import type { AnalyticsEnvironment } from './environment.ts';
import { until, type EngineName } from './engines.ts';
import type { LoadPlan } from './load/plan.ts';
import { sendEvents, sendWrong } from './load/send.ts';

export interface Phase {
  readonly name: string;
  readonly seconds: number;
}

export interface AnalyticsReport {
  /** Every figure was told by two ways at least and all agree. */
  readonly ok: boolean;
  /** What the run was without, at a person's wish; its figures are not compared then. */
  readonly without: readonly EngineName[];
  readonly load: {
    readonly events: number;
    readonly late: number;
    readonly day: string;
    readonly since: string;
    readonly until: string;
  };
  readonly comparisons: readonly Comparison[];
  readonly phases: readonly Phase[];
}

export interface PlayedAnalytics {
  readonly report: AnalyticsReport;
  /** Reads all of it again; waits no longer than that for what is on its way. */
  readonly compare: (settleMs: number) => Promise<readonly Comparison[]>;
}

/** How long what is on its way to a table, the replica or the API may take before it counts as a difference. */
const settleMs = 60_000;
const stormDurable = 'spark-storm';

/** Starts the engines, sends the load, lets everything be counted, and compares. */
export async function playAnalytics(options: {
  readonly environment: AnalyticsEnvironment;
  readonly plan: LoadPlan;
  readonly without: readonly EngineName[];
  readonly onProgress: (message: string) => void;
}): Promise<PlayedAnalytics> {
  const { environment, plan, without, onProgress } = options;
  const { database, link, signal } = environment;
  const has = (engine: EngineName): boolean => !without.includes(engine);
  const phases: Phase[] = [];
  const phase = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    onProgress(name);
    const begun = performance.now();
    const result = await work();
    phases.push({ name, seconds: Math.round((performance.now() - begun) / 100) / 10 });
    return result;
  };

  const told: Alert[] = [];
  await link.use(async (connection) => {
    connection.subscribe('alerts.spark.>', {
      callback: (_error, message) => void told.push(alertSchema.parse(message.json())),
    });
    await connection.flush();
  });
  await phase('starting the engines', async () => {
    await Promise.all([
      has('flink') ? environment.startFlink(plan.since) : undefined,
      has('storm') ? environment.startStorm().then(() => stormPulls(environment)) : undefined,
    ]);
  });

  const publisher = makeJetStreamPublisher(link);
  const all = [...plan.onTime, ...plan.closing, ...plan.late];
  await phase(`sending ${plan.onTime.length} events`, async () => {
    await sendEvents(publisher, plan.onTime, signal);
    await sendWrong(publisher);
    await stored(environment, plan.onTime.length);
  });
  await phase('closing the windows', async () => {
    await sendEvents(publisher, plan.closing, signal);
    await stored(environment, plan.onTime.length + plan.closing.length);
    if (has('flink'))
      await until(
        `the windows before ${plan.until.toISOString()} are closed`,
        async () => ((await database.write(findWindowsEnd))?.getTime() ?? 0) >= lastMinuteEnd(plan),
        { signal },
      );
  });
  await phase(`sending ${plan.late.length} late events`, async () => {
    await sendEvents(publisher, plan.late, signal);
    await stored(environment, all.length);
  });
  await phase(has('airflow') ? "Airflow's daily run" : 'the daily roll, without Airflow', () =>
    has('airflow') ? environment.runAirflow() : database.rollupDay(plan.day).then(() => undefined),
  );
  if (has('storm'))
    await phase('Storm finishes', () =>
      until('Storm has acknowledged every event', async () => (await standing(environment)) === 0, { signal }),
    );

  async function compare(forMs: number): Promise<readonly Comparison[]> {
    const read = async (): Promise<readonly Comparison[]> => [
      compareWays('delivery', await readDelivery(environment, all.length)),
      compareWays('figure', await readWays({ ...environment, plan, hasFlink: has('flink') })),
      ...(has('storm') ? [compareWays('alert', await readAlertWays(environment, told))] : []),
    ];
    const deadline = performance.now() + forMs;
    for (;;) {
      const found = await read();
      if (found.every(({ ok }) => ok) || performance.now() > deadline) return found;
      await waitMs(500, signal);
      signal.throwIfAborted();
    }
  }
  const comparisons = await phase('comparing', () => compare(settleMs));
  const report: AnalyticsReport = {
    ok: comparisons.every(({ ok }) => ok),
    without,
    load: {
      events: plan.onTime.length,
      late: plan.late.length,
      day: plan.day,
      since: plan.since.toISOString(),
      until: plan.until.toISOString(),
    },
    comparisons,
    phases,
  };
  return { report, compare };
}

const lastMinuteEnd = ({ onTime }: LoadPlan): number =>
  Math.floor(Math.max(...onTime.map(({ recordedMs = 0 }) => recordedMs)) / 60_000) * 60_000 + 60_000;

const standing = async ({ link }: AnalyticsEnvironment): Promise<number> => {
  const { pending, unacknowledged } = await readDurable(link, stormDurable);
  return pending + unacknowledged;
};

/** Its durable is made by the spout, which takes events from that moment on. */
const stormPulls = (environment: AnalyticsEnvironment): Promise<void> =>
  until('Storm pulls from the stream', async () => (await standing(environment)) >= 0, environment);

const countStored = ({ database }: AnalyticsEnvironment): Promise<number> => database.write(countStoredEvents);
const stored = (environment: AnalyticsEnvironment, events: number): Promise<void> =>
  until(
    `the consumer has stored ${events} events`,
    async () => (await countStored(environment)) >= events,
    environment,
  );

/** Each event once, whatever was sent twice; what no table takes is a dead letter. */
async function readDelivery(environment: AnalyticsEnvironment, events: number): Promise<readonly Way[]> {
  const { messages } = await readStream(environment.link, deadLetterStreamName);
  const way = (name: string, rows: number, letters: number): Way => ({
    name,
    tells: () => true,
    figures: [
      { figure: 'events', name: 'all', value: rows },
      { figure: 'dead letters', name: 'all', value: letters },
    ],
  });
  return [way('sent', events, 1), way('stored', await countStored(environment), messages)];
}

async function readAlertWays({ database, api }: AnalyticsEnvironment, told: readonly Alert[]): Promise<readonly Way[]> {
  const kept = await database.write((client) => readAlerts(client, { state: null, limit: 1_000, after: null }));
  return [
    alertsAsWay('told by NATS', told),
    alertsAsWay(
      'spark_alerts',
      kept.map(({ alert }) => alert),
    ),
    alertsAsWay('API', await api.alerts()),
  ];
}
