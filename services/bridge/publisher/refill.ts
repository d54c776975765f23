import { backoffMs, waitMs } from '../../../shared/node/lifecycle/index.ts';
import type { Logger } from '../../../shared/node/logging/index.ts';
import type { Outbox, UnseenRow } from '../journal/index.ts';

/**
 * Finds what JetStream had acknowledged and then lost (purged, deleted, a disk gone) and sends it again. An acknowledged
 * event is looked for in the database, and marked when its row is there, so that it is never looked for again; what is
 * not there must be on the stream, where the consumer will come by. What is in neither is pending again. Without a
 * database the stream alone is asked. Sending once too often changes no row; sending too seldom loses one.
 */
export interface Refill {
  /** Looks now, or once more after the look that is under way. */
  readonly trigger: () => void;
  readonly close: () => Promise<void>;
}

export interface StreamProbe {
  /** The first and last sequence of the stream; null when there is no stream. Rejects with a DependencyError. */
  readonly facts: () => Promise<{ readonly firstSeq: number; readonly lastSeq: number } | null>;
  /** Whether the stream has this event under this sequence. Rejects with a DependencyError. */
  readonly holds: (row: { readonly streamSeq: number; readonly eventId: string }) => Promise<boolean>;
}

export interface RefillOptions {
  readonly outbox: Pick<Outbox, 'unseen' | 'markStored' | 'sendAgain'>;
  readonly stream: StreamProbe;
  /** Which of these have their row; null where no database is configured. Rejects with a DependencyError. */
  readonly findStored: ((eventIds: readonly string[]) => Promise<ReadonlySet<string>>) | null;
  readonly logger: Logger;
  readonly everyMs?: number;
}

const batchSize = 256;
/** A consumer that refuses an event leaves a dead letter and no row: it must not be sent for ever. */
const maxResent = 3;
const closeWaitMs = 1_000;

export function makeRefill(options: RefillOptions): Refill {
  const { outbox, stream, findStored, logger, everyMs = 5 * 60_000 } = options;
  const closing = new AbortController();
  const { signal } = closing;
  let wake = Promise.withResolvers<void>();

  /** One pass over what is not known to be stored; returns whether the stream was there to be compared with. */
  async function look(): Promise<boolean> {
    let again = 0;
    let givenUp = 0;
    for (let after = 0; !signal.aborted;) {
      const rows = outbox.unseen(after, batchSize);
      const last = rows.at(-1);
      if (last === undefined) break;
      after = last.id;
      const seen = findStored === null ? new Set<string>() : await findStored(rows.map(({ eventId }) => eventId));
      const missingRows = rows.filter(({ eventId }) => !seen.has(eventId));
      // Asked after the database: what was consumed in between is in the stream still.
      const lost = await lostOf(missingRows);
      if (signal.aborted) break;
      outbox.markStored([...seen]);
      if (lost === null) return false;
      const sendable = lost.filter(({ resent }) => resent < maxResent);
      outbox.sendAgain(sendable.map(({ eventId }) => eventId));
      again += sendable.length;
      givenUp += lost.length - sendable.length;
    }
    if (again > 0) {
      logger.warn({ events: again }, 'the stream has lost events that the database does not have; they are sent again');
    }
    if (givenUp > 0) {
      logger.error(
        { events: givenUp, times: maxResent },
        'events were sent several times and are neither on the stream nor in the database; they stay in the journal. Look for them among the dead letters',
      );
    }
    return true;
  }

  /** Which of them the stream does not have; null when there is no stream. */
  async function lostOf(rows: readonly UnseenRow[]): Promise<readonly UnseenRow[] | null> {
    if (rows.length === 0) return [];
    const facts = await stream.facts();
    if (facts === null) return null;
    const held = await Promise.all(
      rows.map(
        async (row) => row.streamSeq >= facts.firstSeq && row.streamSeq <= facts.lastSeq && (await stream.holds(row)),
      ),
    );
    return rows.filter((_row, n) => held[n] === false);
  }

  async function run(): Promise<void> {
    for (let failures = 0; !signal.aborted;) {
      let isDone = false;
      try {
        isDone = await look();
      } catch (error) {
        logger.debug({ err: error }, 'what the stream still has cannot be compared now; it is tried again');
      }
      failures = isDone ? 0 : failures + 1;
      const over = new AbortController();
      const pauseMs = isDone ? everyMs : backoffMs(failures, { baseMs: 1_000, capMs: 60_000 });
      await Promise.race([wake.promise, waitMs(pauseMs, AbortSignal.any([signal, over.signal]))]);
      over.abort();
      wake = Promise.withResolvers();
    }
  }
  const running = run().catch((error: unknown) => {
    logger.error(
      { err: error },
      'the comparison of outbox and stream stopped by a bug; events are published as before',
    );
  });

  return {
    trigger: () => wake.resolve(),
    async close() {
      closing.abort();
      wake.resolve();
      // A question to a server that hangs is not waited for: its answer touches the journal no more.
      await Promise.race([running, waitMs(closeWaitMs)]);
    },
  };
}
