import { projectedTables } from '../../database/tables.ts';
import { programEnvironment } from '../../services/sandbox/stack/environment.ts';
import { entries } from '../../services/sandbox/stack/paths.ts';
import { spawnProgram, type RunningProgram } from '../../services/sandbox/stack/program.ts';
import type { Stack } from '../../services/sandbox/stack/stack.ts';
import { waitMs } from '../../shared/node/lifecycle/index.ts';
import { connectNats, ensureStreams, readDurable, type NatsLink } from '../../shared/node/messaging/index.ts';
import { openBareJetStream, type BareJetStream } from '../../shared/node/messaging/testing/bareJetStream.ts';
import { configOf, timeMs, withRaw, type Bench, type MetricGroup } from '../context.ts';
import { metricOf, type Metric } from '../report.ts';
import { appMix, describeMix, eventsOnly, type Message } from '../workload.ts';

/*
 * The packaged entry as its own process, from "ready" with a full stream until everything is acknowledged: a cold
 * process, so the warming of its code is inside. COPY then puts the very rows that the consumer wrote into the same
 * tables, emptied: spark_events and the final typed rows.
 */
export const consumerGroup: MetricGroup = {
  ids: ['consumer.throughput', 'consumer.throughput_events', 'consumer.copy_ratio', 'consumer.copy_ratio_events'],
  measure: (bench) =>
    withRig(bench, async (rig) => {
      const { quick } = bench;
      const count = quick ? 500 : 40_000;
      const rounds = quick ? 1 : 3;
      const inputs = { mix: appMix(count), events: eventsOnly(count) };
      const results: Record<keyof typeof inputs, Round[]> = { mix: [], events: [] };
      const until = performance.now() + roundsForMs;
      for (let round = 1; round <= rounds && (round === 1 || performance.now() < until); round += 1) {
        for (const kind of ['mix', 'events'] as const) {
          bench.say(`consumer.throughput: ${kind}, round ${round} of ${rounds}`);
          results[kind].push(await measureRound(rig, inputs[kind], round));
        }
      }
      return [...throughputOf('', results.mix, inputs.mix), ...throughputOf('_events', results.events, inputs.events)];
    }),
};

export const latencyGroup: MetricGroup = {
  ids: ['consumer.latency'],
  measure: (bench) => withRig(bench, async (rig) => [await measureLatency(rig)]),
};

async function withRig<T>(bench: Bench, work: (rig: Rig) => Promise<T>): Promise<T> {
  const stack = await bench.stack();
  const link = connectNats({ url: String(stack.env['NATS_URL']), name: 'spark-bench', logger: bench.logger });
  try {
    await link.ready(bench.signal);
    await ensureStreams(link);
    const rig: Rig = { bench, stack, link, bare: await openBareJetStream(link) };
    // What other groups left on the stream is not part of any measurement.
    await withConsumer(rig, () => drained(rig));
    return await work(rig);
  } finally {
    await link.close();
  }
}

interface Rig {
  readonly bench: Bench;
  readonly stack: Stack;
  readonly link: NatsLink;
  readonly bare: BareJetStream;
}
interface Round {
  readonly consumeMs: number;
  readonly copyMs: number;
}

/** A busy machine gets fewer rounds rather than a longer run; `samples` tells. */
const roundsForMs = 75_000;

const tables = ['spark_events', ...Object.keys(projectedTables)];

async function measureRound(rig: Rig, messages: readonly Message[], round: number): Promise<Round> {
  const { bench, stack } = rig;
  return await withRaw(configOf(stack, stack.owner), async (raw) => {
    const empty = (): Promise<unknown> => raw.query({ text: `TRUNCATE ${tables.join(', ')}` });
    await empty();
    await publishAll(rig, messages, round);
    const consumeMs = await withConsumer(rig, () => timeMs(() => drained(rig)));
    const [counted] = await raw.query({ text: 'SELECT count(*)::int AS n FROM spark_events' });
    if (counted?.['n'] !== messages.length) {
      throw new Error(`The consumer wrote ${String(counted?.['n'])} rows of ${messages.length} events.`);
    }
    const written: { table: string; rows: Buffer[] }[] = [];
    for (const table of tables) {
      // COPY reads no partitioned table, and its `*` would not leave out generated columns.
      const source = table === 'spark_events' ? '(SELECT * FROM spark_events)' : table;
      written.push({ table, rows: await raw.copyOut(source) });
    }
    await empty();
    const copyMs = await timeMs(async () => {
      for (const { table, rows } of written) if (rows.length > 0) await raw.copyIn(table, rows);
    });
    const rate = (ms: number): string => Math.round(messages.length / (ms / 1_000)).toLocaleString('en');
    bench.say(`  ${rate(consumeMs)} msg/s; COPY ${rate(copyMs)} msg/s`);
    return { consumeMs, copyMs };
  });
}

/** The consumer's own process for the time of `work`; rejects when it ends before `work` does. */
async function withConsumer<T>(rig: Rig, work: () => Promise<T>): Promise<T> {
  const { bench, stack } = rig;
  const consumer = await spawnProgram(
    {
      name: 'consumer',
      args: [entries.consumer, 'run'],
      env: programEnvironment({
        ...stack.env,
        SLATE_DB_USER: stack.consumer.user,
        SLATE_DB_PASSWORD: stack.consumer.password,
      }),
      children: stack.children,
      logDir: stack.logDir,
      readyTimeoutMs: 30_000,
    },
    bench.signal,
  );
  try {
    return await Promise.race([work(), endedEarly(consumer)]);
  } finally {
    await consumer.stop();
  }
}

const endedEarly = async (program: RunningProgram): Promise<never> => {
  throw new Error(`The consumer ended while it was measured: ${await program.exited()}`);
};

async function drained({ link, bench }: Rig): Promise<void> {
  for (;;) {
    const { pending, unacknowledged } = await readDurable(link);
    if (pending + unacknowledged === 0) return;
    await waitMs(15, bench.signal);
    bench.signal.throwIfAborted();
  }
}

/** Keeps `inFlight` publishes on their way; the ids differ from round to round, as the stream drops repeats. */
async function publishAll({ bare, bench }: Rig, messages: readonly Message[], round: number): Promise<void> {
  const inFlight = 1_000;
  for (let from = 0; from < messages.length; from += inFlight) {
    bench.signal.throwIfAborted();
    await Promise.all(
      messages
        .slice(from, from + inFlight)
        .map(({ subject, id, bytes }) => bare.publish(subject, `${id}-${round}`, bytes)),
    );
  }
}

function throughputOf(suffix: '' | '_events', rounds: readonly Round[], messages: readonly Message[]): Metric[] {
  const perSecond = (ms: number): number => messages.length / (ms / 1_000);
  const bytes = Math.round(messages.reduce((sum, message) => sum + message.bytes.length, 0) / messages.length);
  const size = `${messages.length} events of ${bytes} bytes on average per round`;
  const mix = suffix === '' ? `${size}; ${describeMix(messages)}` : `${size}; rows of spark_events only`;
  const consumed = rounds.map(({ consumeMs }) => perSecond(consumeMs));
  const copied = rounds.map(({ copyMs }) => perSecond(copyMs));
  return [
    metricOf({ id: `consumer.throughput${suffix}`, unit: 'msg/s', detail: mix }, consumed, copied),
    metricOf(
      {
        id: `consumer.copy_ratio${suffix}`,
        unit: 'ratio',
        detail: `throughput over a COPY of ${suffix === '' ? 'all events and the final typed rows' : 'the same rows'}, round by round`,
      },
      consumed.map((rate, round) => rate / (copied[round] ?? rate)),
    ),
  ];
}

/** Event to acknowledged row at 1,000 messages a second offered. */
async function measureLatency(rig: Rig): Promise<Metric> {
  const { bench, bare } = rig;
  const seconds = bench.quick ? 1 : 10;
  const warmUpMs = bench.quick ? 200 : 3_000;
  const perTick = 5;
  const messages = appMix(1_000 * seconds + warmUpMs);
  const published = new Map<number, number>();
  const settled = new Map<number, number>();
  bench.say(`consumer.latency: 1,000 msg/s for ${seconds} s`);
  await withConsumer(rig, async () => {
    const stop = bare.watchAcks((streamSeq) => settled.set(streamSeq, performance.now()));
    const sending: Promise<void>[] = [];
    const begun = performance.now();
    for (let n = 0; n < messages.length; n += perTick) {
      for (const { subject, id, bytes } of messages.slice(n, n + perTick)) {
        const offered = performance.now();
        sending.push(bare.publish(subject, id, bytes).then((seq) => void published.set(seq, offered)));
      }
      const next = begun + n + perTick;
      await waitMs(Math.max(0, next - performance.now()), bench.signal);
    }
    await Promise.all(sending);
    await drained(rig);
    await waitMs(50, bench.signal);
    stop();
  });
  const latencies = [...published]
    .sort(([a], [b]) => a - b)
    .slice(warmUpMs)
    .flatMap(([seq, offered]) => {
      const at = settled.get(seq);
      return at === undefined ? [] : [at - offered];
    });
  return metricOf(
    {
      id: 'consumer.latency',
      unit: 'ms',
      detail: `from the publish to the acknowledgement that follows the commit, at 1,000 msg/s offered for ${seconds} s in the app's mix, after ${warmUpMs} ms of warming`,
    },
    latencies,
  );
}
