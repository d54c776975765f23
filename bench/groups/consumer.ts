import { join } from 'node:path';
import { timeMs, type MetricGroup } from '../context.ts';
import {
  consume,
  copyBack,
  emptyTables,
  endedEarly,
  startProgram,
  withConsumerRig,
  withOwner,
  withoutReplica,
  type Consumed,
  type ConsumerRig,
  type CpuShares,
} from '../consumerRig.ts';
import { metricOf, type Metric } from '../report.ts';
import { appMix, describeMix, eventsOnly, repeated, type Message } from '../workload.ts';
import { waitMs } from '../../shared/node/lifecycle/index.ts';

/**
 * The packaged entry as its own process against a stream that was filled before. COPY then puts the very rows that the
 * consumer wrote into the same tables, emptied: spark_events and the final typed rows. In turn with them a consumer as
 * one writes it without thinking about speed (`bench/naive`), for the rows of spark_events alone.
 *
 * `_alone` is `_events` with the replica stopped. In production it has a machine of its own; here it takes its CPU time
 * from the consumer, which needs both cores, and none from COPY, which needs one.
 */
export const consumerGroup: MetricGroup = {
  ids: [
    ...['', '_events', '_alone'].flatMap((kind) => [
      `consumer.throughput${kind}`,
      `consumer.copy_ratio${kind}`,
      `consumer.cpu_node${kind}`,
      `consumer.cpu_nats${kind}`,
      `consumer.cpu_postgres${kind}`,
      `consumer.memory${kind}`,
    ]),
    'consumer.cpu_replica',
    'consumer.cpu_replica_events',
    'consumer.naive',
  ],
  measure: (bench) =>
    withConsumerRig(bench, async (rig) => {
      const { quick } = bench;
      const count = quick ? 500 : 200_000;
      const rounds = quick ? 1 : 3;
      const inputs = { mix: appMix(count), events: eventsOnly(count) };
      const results: Record<keyof typeof inputs | 'alone', Round[]> = { mix: [], events: [], alone: [] };
      const naive: number[] = [];
      const until = performance.now() + roundsForMs;
      for (let round = 1; round <= rounds && (round === 1 || performance.now() < until); round += 1) {
        for (const kind of ['mix', 'events'] as const) {
          bench.say(`consumer.throughput: ${kind}, round ${round} of ${rounds}`);
          results[kind].push(await measureRound(rig, repeated(inputs[kind], `${round}`)));
        }
        bench.say(`consumer.throughput_alone: round ${round} of ${rounds}`);
        const alone = repeated(inputs.events, `alone-${round}`);
        results.alone.push(await withoutReplica(rig, () => measureRound(rig, alone)));
        naive.push(await measureNaive(rig, repeated(inputs.events, `naive-${round}`)));
      }
      return [
        ...metricsOf('', results.mix, inputs.mix),
        ...metricsOf('_events', results.events, inputs.events),
        ...metricsOf('_alone', results.alone, inputs.events),
        metricOf(
          {
            id: 'consumer.naive',
            unit: 'msg/s',
            detail:
              'the events of consumer.throughput_events through a consumer as one writes it first: fetch 1,000, parse, one INSERT … ON CONFLICT, acknowledge each, again; bare: the COPY of the same rounds',
          },
          naive,
          results.events.map(({ copyMs }) => perSecond(inputs.events, copyMs)),
        ),
      ];
    }),
};

interface Round {
  readonly consumed: Consumed;
  readonly copyMs: number;
}

/** A busy machine gets fewer rounds rather than a longer run; `samples` tells. */
const roundsForMs = 240_000;

const perSecond = (messages: readonly Message[], ms: number): number => messages.length / (ms / 1_000);

function measureRound(rig: ConsumerRig, messages: readonly Message[]): Promise<Round> {
  return withOwner(rig, async (raw) => {
    await emptyTables(raw);
    const consumed = await consume(rig, raw, messages);
    const copyMs = await copyBack(raw);
    const rate = (ms: number): string => Math.round(perSecond(messages, ms)).toLocaleString('en');
    rig.bench.say(`  ${rate(consumed.ms)} msg/s; COPY ${rate(copyMs)} msg/s`);
    return { consumed, copyMs };
  });
}

/** Messages a second of the consumer in `bench/naive`, as its own process. */
function measureNaive(rig: ConsumerRig, messages: readonly Message[]): Promise<number> {
  const { stream, stack, bench } = rig;
  const durable = 'spark-bench-naive';
  return withOwner(rig, async (raw) => {
    await emptyTables(raw);
    await stream.purge();
    await stream.fill(messages);
    await stream.makeDurable(durable, 4_000);
    const args = [join(import.meta.dirname, '../naive/main.ts'), '--durable', durable];
    const account = { SLATE_DB_USER: stack.consumer.user, SLATE_DB_PASSWORD: stack.consumer.password };
    const program = await startProgram(rig, { name: 'naive', args, readyTimeoutMs: 30_000 }, account);
    const settled = async (): Promise<void> => {
      while ((await stream.lagOf(durable)) > 0) await waitMs(15, bench.signal);
    };
    let ms: number;
    try {
      ms = await timeMs(() => Promise.race([settled(), endedEarly(program)]));
    } finally {
      await program.stop();
    }
    await stream.dropDurable(durable);
    const [row] = await raw.query({ text: 'SELECT count(*)::int AS n FROM spark_events' });
    if (row?.['n'] !== messages.length) throw new Error(`The naive consumer wrote ${String(row?.['n'])} rows.`);
    const rate = perSecond(messages, ms);
    bench.say(`  naive: ${Math.round(rate).toLocaleString('en')} msg/s`);
    return rate;
  });
}

function metricsOf(suffix: '' | keyof typeof rowsOf, rounds: readonly Round[], messages: readonly Message[]): Metric[] {
  const bytes = Math.round(messages.reduce((sum, message) => sum + message.bytes.length, 0) / messages.length);
  const size = `${messages.length} events of ${bytes} bytes on average per round`;
  const mix = suffix === '' ? `${size}; ${describeMix(messages)}` : `${size}; ${rowsOf[suffix]}`;
  const consumed = rounds.map((round) => perSecond(messages, round.consumed.ms));
  const copied = rounds.map((round) => perSecond(messages, round.copyMs));
  const what = suffix === '' ? 'all events and the final typed rows' : 'the same rows';
  const peaks = rounds.flatMap((round) => round.consumed.peakMemoryMb ?? []);
  return [
    metricOf({ id: `consumer.throughput${suffix}`, unit: 'msg/s', detail: mix }, consumed, copied),
    metricOf(
      {
        id: `consumer.copy_ratio${suffix}`,
        unit: 'ratio',
        detail: `throughput over a COPY of ${what}, round by round`,
      },
      consumed.map((rate, round) => rate / (copied[round] ?? rate)),
    ),
    ...(['node', 'nats', 'postgres', 'replica'] as const).flatMap((who) => cpuMetric(suffix, who, rounds)),
    ...(peaks.length === 0
      ? []
      : [
          metricOf(
            {
              id: `consumer.memory${suffix}`,
              unit: 'MB',
              detail: `most memory (RSS) that the process held in a round`,
            },
            peaks,
          ),
        ]),
  ];
}

const rowsOf = {
  _events: 'rows of spark_events only',
  _alone: 'rows of spark_events only, the replica stopped',
} as const;

function cpuMetric(suffix: string, who: keyof CpuShares, rounds: readonly Round[]): Metric[] {
  if (suffix === '_alone' && who === 'replica') return [];
  const values = rounds.flatMap(({ consumed }) => consumed.cpu?.[who] ?? []);
  const detail = `CPU time for each message, all threads and processes of ${cpuNames[who]}, from /proc`;
  return values.length === 0 ? [] : [metricOf({ id: `consumer.cpu_${who}${suffix}`, unit: 'µs', detail }, values)];
}

const cpuNames = {
  node: 'the consumer',
  nats: 'the NATS server',
  postgres: 'the PostgreSQL primary',
  replica: 'the replica, which replays what the primary writes',
} as const;
