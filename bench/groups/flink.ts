import { join } from 'node:path';
import { compareWindows, findWindowsEnd } from '../../database/index.ts';
import { waitMs } from '../../shared/node/lifecycle/index.ts';
import { installFlink } from '../../services/analytics/flink/engine/install.ts';
import { eventAt, storeEvents } from '../../services/analytics/flink/testing/feed.ts';
import { makeTestWindows, type TestWindows } from '../../services/analytics/flink/testing/job.ts';
import { repositoryDir } from '../../services/sandbox/stack/paths.ts';
import { timeMs, type Bench, type MetricGroup } from '../context.ts';
import { metricOf, type Metric } from '../report.ts';

const minuteMs = 60_000;
const dayMs = 86_400_000;
/** The load is spread over so many minutes, of which the first ones are not measured: the job compiles meanwhile. */
const spanMinutes = 120;
const warmUpMinutes = 20;

/**
 * How many events a second the windows take when they have some to catch up on: first the stored ones, by a start that counts
 * anew, then as many from the change stream, stored while the job was away. Bare: SQL that counts the same figures once (the
 * aggregation that windows must equal); `spark_rollup_day`, which counts fewer, is in the detail.
 */
const flinkGroup = (parallelism: number): MetricGroup => ({
  ids: [`flink.history.${parallelism}`, `flink.stream.${parallelism}`],
  byName: true,
  async measure(bench) {
    const cacheDir = join(repositoryDir, '.spark', 'cache');
    const install = await installFlink({ cacheDir, signal: bench.signal });
    if ('missing' in install) throw new Error(install.missing);
    const windows = await makeTestWindows(await bench.stack(), install.home);
    let closing: Promise<void> | undefined;
    const close = (): Promise<void> => (closing ??= windows.close());
    // Also when the run is ended in the middle, before the stack is.
    bench.lifecycle.own('windows', close);
    try {
      return await measureJob(bench, windows, parallelism);
    } finally {
      await close();
    }
  },
});
export const flinkGroups: readonly MetricGroup[] = [1, 2].map(flinkGroup);

async function measureJob(bench: Bench, windows: TestWindows, parallelism: number): Promise<Metric[]> {
  const { database, start, stop } = windows;
  const events = bench.quick ? 6_000 : 60_000;
  const t0 = Math.floor(Date.now() / dayMs) * dayMs - dayMs + 6 * 60 * minuteMs;
  const stepMs = (spanMinutes * minuteMs) / events;
  const limits = { parallelism, checkpointSeconds: 10 };

  bench.say(`flink: ${events.toLocaleString('en')} events are stored`);
  await storeEvents(database, eventsOf(0, events, t0, stepMs), 1_000);
  const day = new Date(t0).toISOString().slice(0, 10);
  const rollMs = await timeMs(() => database.rollupDay(day));
  bench.say(`  spark_rollup_day: ${rollMs.toFixed(0)} ms`);

  bench.say(`flink.history.${parallelism}`);
  const [job, history] = await Promise.all([start(new Date(t0), limits), rateOf(bench, windows, t0, events)]);
  const kept = async () => {
    const { newest } = await job.status();
    return `a checkpoint has ${((newest?.bytes ?? 0) / 1_000).toFixed(0)} kB and took ${newest?.durationMs ?? 0} ms`;
  };
  const checkpoint = await kept();
  await stop();
  const compare = () => database.write((client) => compareWindows(client, { grain: 'minute', since: new Date(t0) }));
  const plainMs = await timeMs(compare);
  bench.say(`  the same by SQL: ${plainMs.toFixed(0)} ms`);
  const plain = [(((spanMinutes - 2) / spanMinutes) * events * 1_000) / plainMs];
  const detail =
    `${events.toLocaleString('en')} stored events of two hours, parallelism ${parallelism}; ${checkpoint}; ` +
    `bare: SQL that counts the same minutes, and compares; spark_rollup_day took ${rollMs.toFixed(0)} ms`;

  const t1 = t0 + spanMinutes * minuteMs;
  await storeEvents(database, eventsOf(events, events, t1, stepMs), 1_000);
  bench.say(`flink.stream.${parallelism}`);
  await untilUnread(bench, windows);
  const [, stream] = await Promise.all([start(undefined, limits), rateOf(bench, windows, t1, events)]);
  await untilEqual(bench, windows, new Date(t0));
  await stop();
  return [
    metricOf({ id: `flink.history.${parallelism}`, unit: 'msg/s', detail }, [history], plain),
    metricOf(
      {
        id: `flink.stream.${parallelism}`,
        unit: 'msg/s',
        detail: `as many from the change stream after a restart from the checkpoint; bare: as above`,
      },
      [stream],
      plain,
    ),
  ];
}

/** From number `from` on, evenly over two hours; the app's clock is that of the stream, so that all are of one day. */
const eventsOf = (from: number, count: number, atMs: number, stepMs: number) =>
  Array.from({ length: count }, (_, place) => {
    const event = eventAt(from + place, atMs + Math.floor(place * stepMs));
    return { ...event, occurredMs: event.recordedMs };
  });

/** The server notices a moment later that the job before is gone. */
async function untilUnread(bench: Bench, { fresh, slot }: TestWindows): Promise<void> {
  const isRead = async (): Promise<boolean> =>
    (await fresh.query('SELECT FROM pg_replication_slots WHERE slot_name = $1 AND active', [slot])).length > 0;
  while (await isRead()) {
    bench.signal.throwIfAborted();
    await waitMs(100, bench.signal);
  }
}

/** A figure that was reached by counting wrongly is none. What was written last may be on its way. */
async function untilEqual(bench: Bench, { database }: TestWindows, since: Date): Promise<void> {
  const deadline = performance.now() + 60_000;
  for (;;) {
    const found = await database.write((client) => compareWindows(client, { grain: 'minute', since }));
    if (found.differences.length === 0 && found.rows > 0) return;
    if (performance.now() > deadline) throw new Error(`${found.differences.length} windows differ from their events.`);
    await waitMs(500, bench.signal);
  }
}

/**
 * Events a second between two windows that are written: that of minute 20 and the last but two, which nothing closes. So
 * the start of the cluster, its compilation and the sorting of the history are not in it.
 */
async function rateOf(bench: Bench, { database }: TestWindows, t0: number, events: number): Promise<number> {
  const closed = async (minute: number): Promise<number> => {
    for (;;) {
      bench.signal.throwIfAborted();
      const end = (await database.write((client) => findWindowsEnd(client)))?.getTime() ?? 0;
      if (end >= t0 + minute * minuteMs) return (end - t0) / minuteMs;
      await waitMs(200, bench.signal);
    }
  };
  const from = await closed(warmUpMinutes);
  const begun = performance.now();
  const to = await closed(spanMinutes - 2);
  return (((to - from) / spanMinutes) * events * 1_000) / (performance.now() - begun);
}
