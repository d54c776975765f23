import { backoffMs, waitMs } from '../../../shared/node/lifecycle/index.ts';
import type { Logger } from '../../../shared/node/logging/index.ts';
import type { Outbox, StoredRow, UnseenRow } from '../journal/index.ts';

/**
 * Finds what JetStream had acknowledged and then lost (purged, deleted, a disk gone) and sends it again. An acknowledged
 * event is looked for in the database, and marked when its row is there, so that it is never looked for again; what is
 * not there must be on the stream, where the consumer will come by. What is in neither is pending again. Without a
 * database the stream alone is asked. Sending once too often changes no row; sending too seldom loses one.
 * At the start, and once a day, it also looks back at events whose rows were there: a database that was restored to an
 * earlier moment, or failed over to a replica that was behind, has lost them, and the consumer is past them.
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

/** What the database says of events; both reject with a DependencyError. */
export interface RowProbe {
  /** Which of these have their row. */
  readonly findStored: (eventIds: readonly string[]) => Promise<ReadonlySet<string>>;
  /** Which of these, whose rows were there, have none now without retention being the reason. */
  readonly findLost: (eventIds: readonly string[]) => Promise<ReadonlySet<string>>;
}

export interface RefillOptions {
  readonly outbox: Pick<Outbox, 'unseen' | 'stored' | 'markStored' | 'sendAgain'>;
  readonly stream: StreamProbe;
  /** Null where no database is configured. */
  readonly rows: RowProbe | null;
  readonly logger: Logger;
  readonly everyMs?: number;
  readonly lookBackEveryMs?: number;
}

const batchSize = 256;
/** A consumer that refuses an event leaves a dead letter and no row: it must not be sent for ever. */
const maxResent = 3;
const closeWaitMs = 1_000;

export function makeRefill(options: RefillOptions): Refill {
  const { outbox, stream, rows: database, logger, everyMs = 5 * 60_000, lookBackEveryMs = 24 * 3_600_000 } = options;
  const closing = new AbortController();
  const { signal } = closing;
  let wake = Promise.withResolvers<void>();
  let lookBackAtMs = Number.NEGATIVE_INFINITY;

  /** One pass over what is not known to be stored; returns whether the stream was there to be compared with. */
  async function look(): Promise<boolean> {
    const sent = makeTally();
    for (let after = 0; !signal.aborted;) {
      const rows = outbox.unseen(after, batchSize);
      const last = rows.at(-1);
      if (last === undefined) break;
      after = last.id;
      const seen = database === null ? new Set<string>() : await database.findStored(idsOf(rows));
      const missingRows = rows.filter(({ eventId }) => !seen.has(eventId));
      // Asked after the database: what was consumed in between is in the stream still.
      const lost = await lostOf(missingRows);
      if (signal.aborted) break;
      outbox.markStored([...seen]);
      if (lost === null) return false;
      sendAgain(lost, sent);
    }
    if (sent.again > 0) {
      logger.warn(
        { events: sent.again },
        'the stream has lost events that the database does not have; they are sent again',
      );
    }
    tellGivenUp(sent);
    return true;
  }

  /** One pass over what had its row in the database. */
  async function lookBack({ findLost }: RowProbe): Promise<void> {
    const sent = makeTally();
    for (let after = 0; !signal.aborted;) {
      const rows = outbox.stored(after, batchSize);
      const last = rows.at(-1);
      if (last === undefined) break;
      after = last.id;
      const lost = await findLost(idsOf(rows));
      if (signal.aborted) break;
      sendAgain(
        rows.filter(({ eventId }) => lost.has(eventId)),
        sent,
      );
    }
    if (sent.again > 0) {
      logger.warn(
        { events: sent.again },
        'the database has lost events that it had (restored, or failed over); they are sent again',
      );
    }
    tellGivenUp(sent);
  }

  function sendAgain(rows: readonly StoredRow[], sent: Tally): void {
    const sendable = rows.filter(({ resent }) => resent < maxResent);
    outbox.sendAgain(idsOf(sendable));
    sent.again += sendable.length;
    sent.givenUp += rows.length - sendable.length;
  }

  function tellGivenUp({ givenUp }: Tally): void {
    if (givenUp === 0) return;
    logger.error(
      { events: givenUp, times: maxResent },
      'events were sent several times and are not in the database; they stay in the journal. Look for them among the dead letters',
    );
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
        if (database !== null && performance.now() >= lookBackAtMs) {
          await lookBack(database);
          lookBackAtMs = performance.now() + lookBackEveryMs;
        }
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

/** Events of one pass. */
interface Tally {
  again: number;
  givenUp: number;
}
const makeTally = (): Tally => ({ again: 0, givenUp: 0 });
const idsOf = (rows: readonly StoredRow[]): string[] => rows.map(({ eventId }) => eventId);
