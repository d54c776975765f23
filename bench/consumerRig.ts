import { projectedTables } from '../database/tables.ts';
import { programEnvironment } from '../services/sandbox/stack/environment.ts';
import { consumerRun } from '../services/sandbox/stack/paths.ts';
import { spawnProgram, type ProgramSpec, type RunningProgram } from '../services/sandbox/stack/program.ts';
import type { Stack } from '../services/sandbox/stack/stack.ts';
import { waitMs } from '../shared/node/lifecycle/index.ts';
import {
  connectNats,
  ensureDurable,
  ensureStreams,
  readDurable,
  type NatsLink,
} from '../shared/node/messaging/index.ts';
import { openBenchStream, type BenchStream } from '../shared/node/messaging/testing/benchStream.ts';
import type { RawClient } from '../database/testing/rawClient.ts';
import { configOf, timeMs, withRaw, type Bench } from './context.ts';
import { readPeakMemoryMb, readTreeTimes } from './processes.ts';
import type { Message } from './workload.ts';

/*
 * The packaged consumer as processes of its own, against a stream that was filled before they work: they start while
 * the durable is held, so that the time from its release to the last acknowledgement is theirs alone. The processes are
 * new, so the warming of their code is inside.
 */
export interface ConsumerRig {
  readonly bench: Bench;
  readonly stack: Stack;
  readonly link: NatsLink;
  readonly stream: BenchStream;
}

/** CPU time in µs for each message, by who used it. */
export type CpuShares = Readonly<Record<'node' | 'nats' | 'postgres' | 'replica', number>>;

export interface Consumed {
  readonly ms: number;
  /** Undefined where the system does not tell. */
  readonly cpu: CpuShares | undefined;
  /** Of the consumer that held most, in MB; undefined where the system does not tell. */
  readonly peakMemoryMb: number | undefined;
}

/** Everything that an event is written to. */
export const tables: readonly string[] = ['spark_events', ...Object.keys(projectedTables)];

/** Opens the stack with an empty stream; what other groups left on it is no part of any measurement. */
export async function withConsumerRig<T>(bench: Bench, work: (rig: ConsumerRig) => Promise<T>): Promise<T> {
  const stack = await bench.stack();
  const link = connectNats({ url: String(stack.env['NATS_URL']), name: 'spark-bench', logger: bench.logger });
  try {
    await link.ready(bench.signal);
    await ensureStreams(link);
    // The consumer sets its own limits when it starts; the durable must only be there to be held.
    await ensureDurable(link, { ackWaitMs: 30_000, maxAckPending: 4_000 });
    const rig = { bench, stack, link, stream: await openBenchStream(link) };
    await rig.stream.purge();
    return await work(rig);
  } finally {
    await link.close();
  }
}

/** Fills the stream, then lets `instances` consumers write it all. Throws when a row is missing or one is too many. */
export async function consume(
  rig: ConsumerRig,
  raw: RawClient,
  messages: readonly Message[],
  options: { readonly instances?: number; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<Consumed> {
  const { stream, bench } = rig;
  await stream.purge();
  await stream.hold();
  await stream.fill(messages.slice(0, -1));
  const result = await withConsumers(rig, options, async (programs) => {
    const time = () => readTimes(rig.stack, programs);
    const started = await time();
    const ms = await timeMs(async () => {
      await stream.release();
      // A released durable looks for work when the next message comes, else only at its next heartbeat.
      await stream.fill(messages.slice(-1));
      await drained(rig);
    });
    const ended = await time();
    const peaks = await Promise.all(programs.map((program) => readPeakMemoryMb(program.pid())));
    const known = peaks.filter((peak) => peak !== undefined);
    return {
      ms,
      cpu: started && ended && sharesOf(started, ended, messages.length),
      peakMemoryMb: known.length === 0 ? undefined : Math.max(...known),
    };
  });
  const written = await countRows(raw, messages);
  if (written !== messages.length) {
    throw new Error(`The consumer wrote ${written} rows of ${messages.length} events.`);
  }
  bench.signal.throwIfAborted();
  return result;
}

const readTimes = (stack: Stack, programs: readonly RunningProgram[]): Promise<CpuShares | undefined> => {
  const { nats, primary, replica } = stack.pids();
  const node = programs.map((program) => program.pid());
  return readTreeTimes({ node, nats: [nats], postgres: [primary], replica: [replica] });
};

const sharesOf = (before: CpuShares, after: CpuShares, messages: number): CpuShares => {
  const share = (who: keyof CpuShares): number => ((after[who] - before[who]) * 1_000) / messages;
  return { node: share('node'), nats: share('nats'), postgres: share('postgres'), replica: share('replica') };
};

/** Rows of the sessions of these messages: by index, so that a table of ten million is as quick to ask. */
async function countRows(raw: RawClient, messages: readonly Message[]): Promise<number> {
  const sessions = new Set(messages.map(({ subject }) => subject.slice(subject.lastIndexOf('.') + 1)));
  const text = 'SELECT count(*)::int AS n FROM spark_events WHERE session_id = ANY($1)';
  const [row] = await raw.query({ text, values: [[...sessions]] });
  return Number(row?.['n']);
}

export const emptyTables = async (raw: RawClient): Promise<void> => {
  await raw.query({ text: `TRUNCATE ${tables.join(', ')}` });
};

/** The very rows that are in the tables, put into the same, emptied tables by COPY: what the consumer is held against. */
export async function copyBack(raw: RawClient): Promise<number> {
  const written: { table: string; rows: Buffer[] }[] = [];
  for (const table of tables) {
    // COPY reads no partitioned table, and its `*` would not leave out generated columns.
    const source = table === 'spark_events' ? '(SELECT * FROM spark_events)' : table;
    written.push({ table, rows: await raw.copyOut(source) });
  }
  await emptyTables(raw);
  return timeMs(async () => {
    for (const { table, rows } of written) if (rows.length > 0) await raw.copyIn(table, rows);
  });
}

/** Consumer processes for the time of `work`; rejects when one ends before `work` does. */
export async function withConsumers<T>(
  rig: ConsumerRig,
  options: { readonly instances?: number; readonly env?: Readonly<Record<string, string>> },
  work: (programs: readonly RunningProgram[]) => Promise<T>,
): Promise<T> {
  const account = { SLATE_DB_USER: rig.stack.consumer.user, SLATE_DB_PASSWORD: rig.stack.consumer.password };
  const names = Array.from({ length: options.instances ?? 1 }, (_, n) => `consumer-${n}`);
  // A port of its own for each one's metrics.
  const env = { ...account, SPARK_METRICS_PORT: '0', ...options.env };
  const programs: RunningProgram[] = [];
  try {
    for (const name of names) {
      programs.push(await startProgram(rig, { name, args: consumerRun, readyTimeoutMs: 30_000 }, env));
    }
    return await Promise.race([work(programs), ...programs.map(endedEarly)]);
  } finally {
    await Promise.all(programs.map((program) => program.stop()));
  }
}

/** A program of the benchmark on the run's stack. */
export function startProgram(
  { bench, stack }: Pick<ConsumerRig, 'bench' | 'stack'>,
  about: Pick<ProgramSpec, 'name' | 'args' | 'readyTimeoutMs'>,
  env: Readonly<Record<string, string>>,
): Promise<RunningProgram> {
  const { children, logDir } = stack;
  const spec = { ...about, env: programEnvironment({ ...stack.env, ...env }), children, logDir };
  return spawnProgram(spec, bench.signal);
}

export const endedEarly = async (program: RunningProgram): Promise<never> => {
  throw new Error(`${program.name} ended while it was measured: ${await program.exited()}`);
};

/** Resolves when nothing of the stream is undelivered or unacknowledged. */
export async function drained({ link, bench }: Pick<ConsumerRig, 'link' | 'bench'>): Promise<void> {
  for (;;) {
    const { pending, unacknowledged } = await readDurable(link);
    if (pending + unacknowledged === 0) return;
    await waitMs(15, bench.signal);
    bench.signal.throwIfAborted();
  }
}

/** For work that needs the owner's connection to the rig's database. */
export const withOwner = <T>(rig: ConsumerRig, work: (raw: RawClient) => Promise<T>): Promise<T> =>
  withRaw(configOf(rig.stack, rig.stack.owner), work);

/** Resolves when the replica has all of the log but the last `withinMb`. */
export async function replicaFollows({ bench }: ConsumerRig, raw: RawClient, withinMb: number): Promise<void> {
  const text = `SELECT coalesce(max(pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn)), 0)::float8 AS behind
    FROM pg_replication_slots WHERE slot_type = 'physical'`;
  for (;;) {
    const [row] = await raw.query({ text });
    if (Number(row?.['behind']) < withinMb * 2 ** 20) return;
    await waitMs(200, bench.signal);
    bench.signal.throwIfAborted();
  }
}

/** Work while the replica is stopped; afterwards it runs and has what it missed. */
export async function withoutReplica<T>(rig: ConsumerRig, work: () => Promise<T>): Promise<T> {
  const { replica } = rig.stack;
  await replica.stop();
  try {
    return await work();
  } finally {
    await replica.start(rig.bench.signal);
    await withOwner(rig, (raw) => replicaFollows(rig, raw, 16));
  }
}
