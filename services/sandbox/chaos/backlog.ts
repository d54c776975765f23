import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { v7 as uuidv7 } from 'uuid';
import { durableName, eventSchemaVersion, streamName, subjectOf } from '../../../shared/contracts/index.ts';
import { retryUntilAborted, waitMs } from '../../../shared/node/lifecycle/index.ts';
import { ensureStreams, makeJetStreamPublisher, readDurable } from '../../../shared/node/messaging/index.ts';
import { makeActivity } from './activity.ts';
import { compareTyped } from './compare.ts';
import type { Accepted } from './expected.ts';
import { readDeliveries } from './jetStreamApi.ts';
import { makeRandom } from '../random.ts';
import { isPoison, readEventRows, withRecorded, type JournalEvent } from './stores.ts';
import { openWorld, type World } from './world.ts';

/** As `npm run chaos -- --backlog N` prints it. */
export interface BacklogReport {
  readonly ok: boolean;
  readonly messages: number;
  readonly rows: number;
  readonly deadLetters: number;
  /** Most memory that the consumer's process had, resident. */
  readonly peakRssMb: number;
  readonly publishMs: number;
  readonly consumeMs: number;
  readonly findings: readonly string[];
}

export interface BacklogOptions {
  readonly messages: number;
  readonly seed: number;
  readonly folder: string;
  readonly signal: AbortSignal;
  readonly onProgress: (message: string) => void;
}

const inFlight = 2_000;
/** Sessions whose typed rows are compared column by column. */
const comparedSessions = 20;
export const mostRssMb = 400;

/** A consumer that was there, is stopped for hours while the app works on, and then finds everything waiting. */
export async function runBacklog(options: BacklogOptions): Promise<BacklogReport> {
  const { messages, signal, onProgress } = options;
  const world = await openWorld({ ...options, consumers: 1, batch: 1_000, ackWaitS: 30 });
  const [consumer] = world.consumers;
  let keep = true;
  try {
    if (consumer === undefined) throw new TypeError('the world has a consumer');
    await ensureStreams(world.link);
    consumer.start();
    await retryUntilAborted(() => readDurable(world.link), { signal, isRetryable: () => true, baseMs: 50, capMs: 200 });
    await consumer.stop();

    const publishStarted = performance.now();
    const { poison, sample } = await publishAll(world, options);
    const publishMs = Math.round(performance.now() - publishStarted);
    onProgress(`${messages} messages wait, ${Math.round((messages * 1_000) / publishMs)}/s; the consumer starts`);

    const consumeStarted = performance.now();
    consumer.start();
    const memory = watchMemory(consumer.pid() ?? 0);
    await untilDone(world, { signal, onProgress, messages });
    const consumeMs = Math.round(performance.now() - consumeStarted);
    const peakRssMb = Math.round(memory.stop() / 1_024);

    const [row] = await world.sql('SELECT count(*)::int AS n FROM spark_events');
    const rows = Number(row?.['n']);
    const sessions = [...new Set(sample.map(({ sessionId }) => sessionId))];
    const accepted: Accepted[] = withRecorded(sample, await readEventRows(world, sessions));
    const findings = [
      ...world.takeSurprises(),
      ...(rows === messages - poison ? [] : [`${rows} rows for ${messages - poison} events`]),
      ...(peakRssMb < mostRssMb ? [] : [`the consumer had ${peakRssMb} MB, more than ${mostRssMb}`]),
      ...(await compareTyped(world, accepted, false)),
    ];
    keep = findings.length > 0;
    return { ok: !keep, messages, rows, deadLetters: poison, peakRssMb, publishMs, consumeMs, findings };
  } catch (error) {
    if (signal.aborted) keep = false;
    throw error;
  } finally {
    await world.close(keep);
  }
}

/** Events of one life of the app, published as they come; a few of them are kept to be compared. */
async function publishAll(world: World, { messages, seed, signal, onProgress }: BacklogOptions) {
  const activity = makeActivity(makeRandom(seed), { poisonShare: 0.002 });
  const publisher = makeJetStreamPublisher(world.link, { timeoutMs: 60_000 });
  const seqs = new Map<string, number>();
  const sample: JournalEvent[] = [];
  let poison = 0;
  const next = (id: number): JournalEvent => {
    const { sessionId, body } = activity.next();
    const seq = (seqs.get(sessionId) ?? 0) + 1;
    seqs.set(sessionId, seq);
    const eventId = uuidv7();
    const timestamp = new Date().toISOString();
    const source = { app: 'spark-chaos', version: '0.0.0', host: 'sandbox' };
    const event = { ...body, eventId, sessionId, seq, timestamp, schemaVersion: eventSchemaVersion, source };
    const made: JournalEvent = { id, eventId, sessionId, seq, event };
    if (isPoison(made)) poison += 1;
    if (seqs.size <= comparedSessions) sample.push(made);
    return made;
  };
  for (let sent = 0; sent < messages; sent += inFlight) {
    const batch = Array.from({ length: Math.min(inFlight, messages - sent) }, (_, n) => next(sent + n));
    await Promise.all(
      batch.map(({ eventId, sessionId, event }) =>
        publisher.publish({
          subject: subjectOf({ type: String(event['type']), sessionId }),
          id: eventId,
          bytes: Buffer.from(JSON.stringify(event)),
        }),
      ),
    );
    signal.throwIfAborted();
    if (sent % 100_000 === 0 && sent > 0) onProgress(`  ${sent} published`);
  }
  // A session of the sample may have gone on after more had begun: only whole ones can be compared.
  const kept = Map.groupBy(sample, ({ sessionId }) => sessionId);
  return { poison, sample: [...kept].filter(([id, events]) => events.length === seqs.get(id)).flatMap(([, e]) => e) };
}

async function untilDone(
  world: World,
  { signal, onProgress, messages }: Pick<BacklogOptions, 'signal' | 'onProgress' | 'messages'>,
): Promise<void> {
  let told = messages;
  for (;;) {
    const facts = await readDeliveries(world.link, streamName, durableName).catch(() => undefined);
    if (facts?.pending === 0 && facts.unacknowledged === 0) return;
    if (facts !== undefined && told - facts.pending > 100_000) {
      told = facts.pending;
      onProgress(`  ${facts.pending} wait`);
    }
    signal.throwIfAborted();
    await waitMs(100, signal);
  }
}

/** Asks the system how much memory the process has, until it is told to stop; kilobytes. */
function watchMemory(pid: number): { readonly stop: () => number } {
  let peak = 0;
  const look = async (): Promise<void> => {
    const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(pid)]);
    peak = Math.max(peak, Number(stdout));
  };
  const timer = setInterval(() => void look().catch(() => undefined), 200);
  return {
    stop() {
      clearInterval(timer);
      return peak;
    },
  };
}
