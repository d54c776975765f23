import { z } from 'zod';
import { deadLetterStreamName, durableName, streamName } from '../../../shared/contracts/index.ts';
import { DependencyError } from '../../../shared/errors/index.ts';
import { retryUntilAborted, waitMs } from '../../../shared/node/lifecycle/index.ts';
import {
  ensureStreams,
  getMessage,
  makeJetStreamPublisher,
  readStream,
  type JetStreamPublisher,
  type StoredMessage,
} from '../../../shared/node/messaging/index.ts';
import { makeBadInput, type Made } from './badInput.ts';
import { readDeliveries } from './jetStreamApi.ts';
import { makeRandom } from '../random.ts';
import { openWorld, type World } from './world.ts';

/** As `npm run chaos -- --bad-input N` prints it. */
export interface BadInputReport {
  readonly ok: boolean;
  readonly seed: number;
  readonly messages: number;
  /** The stream did not take them and said so. */
  readonly refused: number;
  readonly stored: number;
  readonly rows: number;
  readonly deadLetters: number;
  readonly reasons: Readonly<Record<string, number>>;
  /**
   * How often messages were handed to the consumer. As often as there are messages: each was settled with the batch it
   * came with, so nothing that is right waited for anything but its own batch.
   */
  readonly deliveries: number;
  readonly ms: number;
  readonly findings: readonly string[];
  readonly folder: string | null;
}

export interface BadInputOptions {
  readonly messages: number;
  readonly seed: number;
  readonly folder: string;
  readonly signal: AbortSignal;
  readonly onProgress: (message: string) => void;
}

const inFlight = 250;
/** Without any progress for so long it is stuck. */
const stuckMs = 60_000;
const comparedBodies = 200;
const mostFindings = 200;

export async function runBadInput(options: BadInputOptions): Promise<BadInputReport> {
  const { messages, seed, signal, onProgress, folder } = options;
  const started = performance.now();
  const world = await openWorld({ ...options, consumers: 1, batch: 1_000, ackWaitS: 30 });
  let keep = true;
  try {
    await ensureStreams(world.link);
    world.consumers[0]?.start();
    onProgress(`publishing ${messages} messages`);
    const { bySeq, refused, findings } = await publishAll(world, options);
    onProgress(`${bySeq.size} are on the stream, ${refused} were refused; the consumer is at it`);
    const stuck = await untilSettled(world, signal);
    const letters = await readLetters(world, onProgress);
    const found = [
      ...findings,
      ...(stuck === null ? [] : [stuck]),
      ...world.takeSurprises(),
      ...(await compareFates(world, bySeq, letters)),
    ];
    const { deliveries } = await readDeliveries(world.link, streamName, durableName);
    if (deliveries !== bySeq.size) found.push(`${bySeq.size} messages were delivered ${deliveries} times`);
    const [row] = await world.sql('SELECT count(*)::int AS n FROM spark_events');
    const reasons = Map.groupBy(letters, ({ headers }) => headers['Spark-Reason'] ?? '');
    keep = found.length > 0;
    return {
      ok: !keep,
      seed,
      messages,
      refused,
      stored: bySeq.size,
      rows: Number(row?.['n']),
      deadLetters: letters.length,
      reasons: Object.fromEntries([...reasons].map(([reason, all]) => [reason, all.length])),
      deliveries,
      ms: Math.round(performance.now() - started),
      findings: found.slice(0, mostFindings),
      folder: keep ? folder : null,
    };
  } catch (error) {
    if (signal.aborted) keep = false;
    throw error;
  } finally {
    await world.close(keep);
  }
}

async function publishAll(world: World, { messages, seed, signal }: BadInputOptions) {
  const input = makeBadInput(makeRandom(seed));
  const publisher = makeJetStreamPublisher(world.link);
  const bySeq = new Map<number, Made>();
  const findings: string[] = [];
  let refused = 0;
  for (let sent = 0; sent < messages; sent += inFlight) {
    const batch = Array.from({ length: Math.min(inFlight, messages - sent) }, (_, n) => ({ made: input.next(), n }));
    await Promise.all(
      batch.map(async ({ made, n }) => {
        const seq = await publishOne(publisher, made, `bad-${sent + n}`, signal);
        if (seq === 'refused') refused += 1;
        else bySeq.set(seq, made);
        if ((seq === 'refused') !== (made.fate === 'refused')) {
          findings.push(`${made.shape}: ${seq === 'refused' ? 'the stream refused it' : 'the stream took it'}`);
        }
      }),
    );
  }
  return { bySeq, refused, findings };
}

/** One that is too large for the server may cost the others their connection: they are sent again. */
const publishOne = (publisher: JetStreamPublisher, made: Made, id: string, signal: AbortSignal) =>
  retryUntilAborted(
    async () => {
      try {
        return (await publisher.publish({ subject: made.subject, bytes: made.bytes, id })).streamSeq;
      } catch (error) {
        if (error instanceof DependencyError && !error.retryable) return 'refused' as const;
        throw error;
      }
    },
    {
      signal: AbortSignal.any([signal, AbortSignal.timeout(60_000)]),
      isRetryable: () => true,
      baseMs: 50,
      capMs: 1_000,
    },
  );

/** Null when nothing waits any more; else what is left over and does not get less, however often it is delivered. */
async function untilSettled(world: World, signal: AbortSignal): Promise<string | null> {
  let least = Number.POSITIVE_INFINITY;
  let movedAt = performance.now();
  for (;;) {
    signal.throwIfAborted();
    const facts = await readDeliveries(world.link, streamName, durableName).catch(() => undefined);
    const left = facts === undefined ? least : facts.pending + facts.unacknowledged;
    if (left === 0) return null;
    if (left < least) movedAt = performance.now();
    least = Math.min(least, left);
    if (performance.now() - movedAt > stuckMs) {
      return `${least} messages are never settled; in ${stuckMs / 1_000} s none was (${JSON.stringify(facts)})`;
    }
    await waitMs(100, signal);
  }
}

async function readLetters({ link }: World, onProgress: (message: string) => void): Promise<StoredMessage[]> {
  const { firstSeq, lastSeq } = await readStream(link, deadLetterStreamName);
  onProgress(`reading ${lastSeq} dead letters`);
  const letters: StoredMessage[] = [];
  for (let from = firstSeq; from <= lastSeq; from += inFlight) {
    const seqs = Array.from({ length: Math.min(inFlight, lastSeq - from + 1) }, (_, n) => from + n);
    const read = await Promise.all(seqs.map((seq) => getMessage(link, deadLetterStreamName, seq)));
    letters.push(...read.filter((letter) => letter !== undefined));
  }
  return letters;
}

const sessionRow = z.object({ session_id: z.string() });

async function compareFates(
  world: World,
  bySeq: ReadonlyMap<number, Made>,
  letters: readonly StoredMessage[],
): Promise<string[]> {
  const findings: string[] = [];
  const dead = new Map<number, StoredMessage>();
  for (const letter of letters) {
    const seq = Number(letter.headers['Spark-Stream-Seq']);
    if (dead.has(seq)) findings.push(`two dead letters for message ${seq}`);
    if ((letter.headers['Spark-Reason'] ?? '') === '') findings.push(`the dead letter of message ${seq} has no reason`);
    dead.set(seq, letter);
  }
  const rows = await world.pool.use((client) =>
    client.rows({ text: 'SELECT session_id::text FROM spark_events' }, sessionRow),
  );
  const withRow = new Set(rows.map(({ session_id }) => session_id));
  if (withRow.size !== rows.length) findings.push(`${rows.length - withRow.size} rows too many`);
  let compared = 0;
  for (const [seq, { shape, fate, sessionId, bytes }] of bySeq) {
    const letter = dead.get(seq);
    const became = withRow.has(sessionId)
      ? letter === undefined
        ? 'row'
        : 'both'
      : letter === undefined
        ? 'nothing'
        : 'dead';
    const right = fate === 'settled' ? became === 'row' || became === 'dead' : became === fate;
    if (!right) {
      const why = letter === undefined ? '' : `: ${letter.headers['Spark-Reason']}, ${letter.headers['Spark-Detail']}`;
      findings.push(`message ${seq}, ${shape}, should be ${fate} and is ${became}${why}`);
    }
    if (letter !== undefined && compared < comparedBodies) {
      compared += 1;
      if (!bytes.equals(letter.data)) findings.push(`the dead letter of message ${seq}, ${shape}, has other bytes`);
    }
  }
  return findings;
}
