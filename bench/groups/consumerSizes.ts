import { consume, copyBack, emptyTables, withConsumerRig, withOwner, type Consumed } from '../consumerRig.ts';
import type { Bench, MetricGroup } from '../context.ts';
import { metricOf, round, type Metric } from '../report.ts';
import { median } from '../stats.ts';
import { appMix, repeated, scriptsOf, type Message } from '../workload.ts';

/* How the consumer's rate depends on how many there are, on the batch, and on the size of an event. */

interface Variant {
  readonly id: string;
  readonly messages: readonly Message[];
  readonly instances?: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly detail: string;
}

/** One, two and four processes on the one durable. */
export const instancesGroup: MetricGroup = {
  ids: [1, 2, 4].map((n) => `consumer.instances.${n}`),
  byName: true,
  async measure(bench) {
    const messages = appMix(bench.quick ? 500 : 200_000);
    const variants = [1, 2, 4].map((instances) => ({
      id: `consumer.instances.${instances}`,
      messages,
      instances,
      detail: `${instances} consumer processes on one durable, all on this machine`,
    }));
    return measureVariants(bench, variants);
  },
};

export const batchGroup: MetricGroup = {
  ids: [100, 250, 500, 1_000, 2_000, 5_000].map((size) => `consumer.batch.${size}`),
  byName: true,
  async measure(bench) {
    const messages = appMix(bench.quick ? 500 : 100_000);
    const variants = [100, 250, 500, 1_000, 2_000, 5_000].map((size) => ({
      id: `consumer.batch.${size}`,
      messages,
      env: { SPARK_CONSUMER_BATCH: String(size) },
      detail: `batches of at most ${size} events (SPARK_CONSUMER_BATCH)`,
    }));
    return measureVariants(bench, variants);
  },
};

export const payloadGroup: MetricGroup = {
  ids: ['consumer.payload.1kb', 'consumer.payload.100kb'],
  byName: true,
  async measure(bench) {
    const { quick } = bench;
    return measureVariants(bench, [
      {
        id: 'consumer.payload.1kb',
        messages: scriptsOf(quick ? 200 : 100_000, 1_024),
        detail: 'scripts in events of 1 KB',
      },
      {
        id: 'consumer.payload.100kb',
        messages: scriptsOf(quick ? 20 : 4_000, 100 * 1_024),
        detail: 'scripts in events of 100 KB',
      },
    ]);
  },
};

/** Every variant once per round, one after the other, each against a COPY of the rows that it wrote. */
function measureVariants(bench: Bench, variants: readonly Variant[]): Promise<Metric[]> {
  const rounds = bench.quick ? 1 : 3;
  return withConsumerRig(bench, (rig) =>
    withOwner(rig, async (raw) => {
      const results = new Map<string, { rate: number; copied: number; consumed: Consumed }[]>();
      for (let n = 1; n <= rounds; n += 1) {
        for (const { id, messages, ...options } of variants) {
          bench.say(`${id}: round ${n} of ${rounds}`);
          await emptyTables(raw);
          const consumed = await consume(rig, raw, repeated(messages, `${id}-${n}`), options);
          const copied = (messages.length * 1_000) / (await copyBack(raw));
          const rate = (messages.length * 1_000) / consumed.ms;
          bench.say(`  ${Math.round(rate)} msg/s; COPY ${Math.round(copied)} msg/s`);
          results.set(id, [...(results.get(id) ?? []), { rate, copied, consumed }]);
        }
      }
      return variants.map(({ id, messages, detail }) => {
        const measured = results.get(id) ?? [];
        const bytes = messages.reduce((sum, message) => sum + message.bytes.length, 0);
        const rates = measured.map(({ rate }) => rate);
        const mbPerSecond = (median(rates) * bytes) / messages.length / 2 ** 20;
        return metricOf(
          {
            id,
            unit: 'msg/s',
            detail: `${messages.length} events, ${round(bytes / messages.length)} bytes on average (${round(mbPerSecond)} MB/s): ${detail}${costOf(measured)}`,
          },
          rates,
          measured.map(({ copied }) => copied),
        );
      });
    }),
  );
}

function costOf(measured: readonly { readonly consumed: Consumed }[]): string {
  const cpu = measured.flatMap(({ consumed }) => consumed.cpu ?? []);
  const peaks = measured.flatMap(({ consumed }) => consumed.peakMemoryMb ?? []);
  if (cpu.length === 0 || peaks.length === 0) return '';
  const of = (who: keyof (typeof cpu)[number]): number => round(median(cpu.map((shares) => shares[who])));
  return `; CPU for each message: consumers ${of('node')} µs, NATS ${of('nats')}, PostgreSQL ${of('postgres')}, replica ${of('replica')}; ${round(Math.max(...peaks))} MB at most in one process`;
}
