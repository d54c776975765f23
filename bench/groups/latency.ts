import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { openBareJetStream } from '../../shared/node/messaging/testing/bareJetStream.ts';
import { drained, startProgram, withConsumerRig, withConsumers, type ConsumerRig } from '../consumerRig.ts';
import type { MetricGroup } from '../context.ts';
import { metricOf, round, type Metric } from '../report.ts';

/**
 * From the stream's own timestamp of a message to its acknowledgement, which follows the commit: event to row, seen from
 * outside. The load comes from a process of its own, and the stream's clock starts the time, so a load generator that is
 * late is not counted against the consumer. This process only listens; how late it was itself stands in the detail.
 */
export const latencyGroup: MetricGroup = {
  ids: ['consumer.latency'],
  measure: (bench) => withConsumerRig(bench, async (rig) => [await measureLatency(rig)]),
};

const rate = 1_000;

async function measureLatency(rig: ConsumerRig): Promise<Metric> {
  const { bench, link } = rig;
  const seconds = bench.quick ? 1 : 10;
  const warmUp = bench.quick ? 200 : 3_000;
  const total = warmUp + seconds * rate;
  bench.say(`consumer.latency: ${rate} msg/s for ${seconds} s`);
  const bare = await openBareJetStream(link);
  const settled: { readonly storedMs: number; readonly latencyMs: number }[] = [];
  const own = monitorEventLoopDelay({ resolution: 1 });
  await withConsumers(rig, {}, async () => {
    const wallAt = wallClock();
    const stop = bare.watchAcks(({ storedMs }) => settled.push({ storedMs, latencyMs: wallAt() - storedMs }));
    const args = [join(import.meta.dirname, '../load/main.ts'), '--rate', `${rate}`, '--seconds', `${total / rate}`];
    const load = await startProgram(rig, { name: 'load', args, readyTimeoutMs: 60_000 }, {});
    own.enable();
    const ended = await load.exited();
    if (ended !== 'exit code 0') throw new Error(`The load ended with ${ended}.`);
    await drained(rig);
    own.disable();
    stop();
  });
  if (settled.length < total) throw new Error(`Of ${total} messages ${settled.length} were seen acknowledged.`);
  const counted = settled.toSorted((a, b) => a.storedMs - b.storedMs).slice(warmUp);
  const first = counted[0]?.storedMs ?? 0;
  const last = counted.at(-1)?.storedMs ?? 0;
  return metricOf(
    {
      id: 'consumer.latency',
      unit: 'ms',
      detail:
        `from the stream's timestamp to the acknowledgement that follows the commit, in the app's mix at ` +
        `${Math.round((counted.length * 1_000) / (last - first))} msg/s for ${seconds} s, after ${warmUp} messages of ` +
        `warming; the measuring process was itself late by ${round(own.percentile(99) / 1e6)} ms (p99)`,
    },
    counted.map(({ latencyMs }) => latencyMs),
  );
}

/** The machine's clock in milliseconds with fractions: `Date.now` has none, and NATS stamps in nanoseconds. */
function wallClock(): () => number {
  // The moment at which Date.now turns over; over some seconds the two clocks do not part.
  const before = Date.now();
  let now = before;
  while (now === before) now = Date.now();
  const offset = now - performance.now();
  return () => performance.now() + offset;
}
