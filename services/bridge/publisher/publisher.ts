import { DependencyError, toAppError } from '../../../shared/errors/index.ts';
import { backoffMs, waitMs } from '../../../shared/node/lifecycle/index.ts';
import type { Logger } from '../../../shared/node/logging/index.ts';
import type { Outbox, OutboxRow } from '../journal/index.ts';
import type { EventStream, Publisher, PublisherStatus } from './types.ts';

/**
 * Drains the outbox to JetStream, many events in flight. Sessions are sent side by side. The events of one session go out
 * in the order of their `seq` on one connection, in windows that open while all goes well (1, 2, 4 … events) and shut at
 * the first refusal; it is sent again before anything newer. So their order on the stream is their `seq`, with one
 * exception: of the window in which JetStream refused an event (full, without a leader), the later ones may be stored
 * already. A lost connection makes no exception: what was stored is the beginning of what was sent.
 * An event is marked only on its acknowledgement; a repeat after a lost one is dropped by the stream (message id = event
 * id), or by the consumer's upserts when it comes later than the stream's window. When NATS is away, events wait here. A
 * frame store without room stops no event: the picture stays in the journal and is not kept for others.
 */
export interface PublisherOptions {
  readonly outbox: Outbox;
  readonly frameBytes: (sha256: string) => Uint8Array | null;
  readonly stream: EventStream;
  readonly logger: Logger;
}

/** Rows per round: one mark, that is one fsync, for all of them. */
const roundSize = 512;
/** Events of one session in flight, at most. */
const maxWindow = 512;
const maxBackoffMs = 15_000;
/** A session whose event the stream refuses waits, so that its order is kept; the others go on. */
const refusedRestMs = 60_000;
const flushPollMs = 20;

interface Ack {
  readonly eventId: string;
  readonly streamSeq: number;
}
interface SessionResult {
  readonly acks: readonly Ack[];
  /** The first of its order that failed. */
  readonly failure: { readonly error: unknown; readonly row: OutboxRow } | null;
}

/** The stream may remember the id of an event that a purge took away; what is sent again therefore says which time it is. */
const messageIdOf = ({ eventId, resent }: OutboxRow): string => (resent === 0 ? eventId : `${eventId}.${resent}`);

export function makePublisher(options: PublisherOptions): Publisher {
  const { outbox, stream, frameBytes, logger } = options;
  const closing = new AbortController();
  const listeners = new Set<(status: PublisherStatus) => void>();
  const resting = new Map<string, number>();
  const notKept = new Set<string>();
  /** How many events of a session may be in flight; one where there is no entry. */
  const windows = new Map<string, number>();
  let status: PublisherStatus = { kind: 'idle', latencyMs: null };
  let lastLatencyMs: number | null = null;
  let retry = Promise.withResolvers<void>();
  let wake = Promise.withResolvers<void>();

  function setStatus(next: PublisherStatus): void {
    status = next;
    for (const listener of listeners) listener(next);
  }

  async function storeFrame(sha256: string): Promise<void> {
    const bytes = frameBytes(sha256);
    // Dropped by retention before NATS came back: the event says what was, the window shows "not kept".
    if (bytes === null) return;
    const { stored } = await stream.putFrame(sha256, bytes);
    const wasFull = notKept.size > 0;
    if (stored === 'no_room') {
      notKept.add(sha256);
      if (!wasFull) logger.warn({ sha256 }, 'the frame store is full; events are sent without their frames');
    } else if (stored === 'now' && wasFull) {
      logger.info({ notKept: notKept.size }, 'the frame store takes frames again');
      notKept.clear();
    }
  }

  async function publishSession(rows: readonly OutboxRow[]): Promise<SessionResult> {
    const [first] = rows;
    const sessionId = first?.sessionId ?? '';
    const acks: Ack[] = [];
    for (let next = 0; next < rows.length;) {
      const size = windows.get(sessionId) ?? 1;
      const sent = await publishWindow(rows.slice(next, next + size));
      acks.push(...sent.acks);
      if (sent.failure !== null) {
        windows.delete(sessionId);
        return { acks, failure: sent.failure };
      }
      windows.set(sessionId, Math.min(size * 2, maxWindow));
      next += size;
    }
    return { acks, failure: null };
  }

  async function publishWindow(rows: readonly OutboxRow[]): Promise<SessionResult> {
    const acks: Ack[] = [];
    const failures: { error: unknown; row: OutboxRow }[] = [];
    const answers: Promise<void>[] = [];
    for (const row of rows) {
      // What has failed meanwhile is sent again before anything newer.
      if (failures.length > 0) break;
      try {
        if (row.frameSha256 !== null) await storeFrame(row.frameSha256);
      } catch (error) {
        failures.push({ error, row });
        break;
      }
      answers.push(
        stream.publish({ subject: row.subject, messageId: messageIdOf(row), bytes: row.bytes }).then(
          ({ streamSeq }) => void acks.push({ eventId: row.eventId, streamSeq }),
          (error: unknown) => void failures.push({ error, row }),
        ),
      );
    }
    await Promise.all(answers);
    failures.sort((a, b) => a.row.seq - b.row.seq);
    return { acks, failure: failures[0] ?? null };
  }

  /** Publishes one round; returns how many were acknowledged and the first failure worth waiting for. */
  async function publishRound(rows: readonly OutboxRow[]): Promise<{ acknowledged: number; failure: unknown }> {
    const bySession = Map.groupBy(rows, (row) => row.sessionId);
    const results = await Promise.all([...bySession.values()].map(publishSession));
    const acks = results.flatMap((result) => result.acks);
    outbox.markAcknowledged(acks);
    let failure: unknown = null;
    for (const result of results) {
      if (result.failure === null) continue;
      const { error, row } = result.failure;
      if (error instanceof DependencyError && !error.retryable) {
        resting.set(row.sessionId, Date.now() + refusedRestMs);
        logger.error(
          { err: error, eventId: row.eventId, subject: row.subject },
          'the stream refuses an event; it stays here',
        );
      }
      failure ??= error;
    }
    return { acknowledged: acks.length, failure };
  }

  /** Waits, at most until `sooner` or the end; a timer that is not needed any more is not left behind. */
  async function pause(ms: number, sooner: Promise<void>): Promise<void> {
    const over = new AbortController();
    await Promise.race([sooner, waitMs(ms, AbortSignal.any([closing.signal, over.signal]))]);
    over.abort();
  }

  async function run(): Promise<void> {
    let failures = 0;
    while (!closing.signal.aborted) {
      for (const [sessionId, until] of resting) if (until <= Date.now()) resting.delete(sessionId);
      const rows = outbox.pending(roundSize, [...resting.keys()]);
      if (rows.length === 0) {
        if (status.kind !== 'waiting' || outbox.depth() === 0) setStatus({ kind: 'idle', latencyMs: lastLatencyMs });
        await pause(refusedRestMs, wake.promise);
        wake = Promise.withResolvers();
        continue;
      }
      if (status.kind === 'idle') setStatus({ kind: 'publishing' });
      const startedAt = performance.now();
      const { acknowledged, failure } = await publishRound(rows);
      if (acknowledged > 0) lastLatencyMs = (performance.now() - startedAt) / acknowledged;
      if (failure === null) {
        failures = 0;
        continue;
      }
      failures = acknowledged > 0 ? 0 : failures + 1;
      const retryInMs = backoffMs(failures, { capMs: maxBackoffMs });
      setStatus({ kind: 'waiting', detail: toAppError(failure).message, retryInMs });
      logger.debug({ err: failure, retryInMs, depth: outbox.depth() }, 'events wait for NATS');
      await pause(retryInMs, retry.promise);
      retry = Promise.withResolvers();
    }
  }

  const stopListening = outbox.onAppended(() => {
    wake.resolve();
  });
  const running = run().catch((error: unknown) => {
    logger.error({ err: error }, 'the publisher stopped by a bug; events stay in the outbox');
    setStatus({ kind: 'waiting', detail: 'The publisher stopped by an error. Start SPARK again.', retryInMs: 0 });
  });

  return {
    status: () => status,
    framesNotKept: () => notKept.size,
    onStatus(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    retryNow() {
      resting.clear();
      retry.resolve();
      wake.resolve();
    },
    async flush(signal) {
      while (!signal.aborted && outbox.depth() > 0) {
        await waitMs(flushPollMs, signal);
      }
    },
    async close() {
      stopListening();
      closing.abort();
      wake.resolve();
      await running;
    },
  };
}
