import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import {
  eventSchemas,
  eventSchemaVersion,
  maxEventBytes,
  subjectOf,
  type AnyEventBody,
  type SparkEvent,
} from '../../../shared/contracts/index.ts';
import { InvariantError, issuesOf } from '../../../shared/errors/index.ts';
import type { JournalDatabase } from './database.ts';

/** Where an event comes from, on every event of this program. */
export interface EventSource {
  readonly app: string;
  readonly version: string;
  readonly host: string;
}

export interface OutboxRow {
  readonly eventId: string;
  readonly sessionId: string;
  readonly seq: number;
  readonly subject: string;
  /** Made once when the event was appended; every sending, replays included, sends these. */
  readonly bytes: Uint8Array;
  /** How many times it was sent again after the stream had lost it; 0 the first time. */
  readonly resent: number;
  /** The frame whose bytes must be in the object store before this event is published. */
  readonly frameSha256: string | null;
}

/** An acknowledged event of which nobody has seen the row in PostgreSQL yet. */
export interface UnseenRow {
  /** Rises in the order in which events were appended; where to go on. */
  readonly id: number;
  readonly eventId: string;
  readonly streamSeq: number;
  readonly resent: number;
}

/** An acknowledged event whose row in PostgreSQL was seen. */
export type StoredRow = Omit<UnseenRow, 'streamSeq'>;

/** Events that were committed together with the state they tell of, until JetStream has acknowledged them. */
export interface Outbox {
  /** Adds an event to its session; call it inside the transaction that changes the state. Returns the whole event. */
  readonly append: (sessionId: string, body: AnyEventBody, options?: { readonly frameSha256?: string }) => SparkEvent;
  /** Oldest first, not yet acknowledged; without those of the sessions in `except`. */
  readonly pending: (limit: number, except?: readonly string[]) => OutboxRow[];
  readonly markAcknowledged: (acks: readonly { readonly eventId: string; readonly streamSeq: number }[]) => void;
  readonly depth: () => number;
  /** Acknowledged and not seen in the database, in order, after `afterId`. */
  readonly unseen: (afterId: number, limit: number) => UnseenRow[];
  /** Acknowledged, and seen in the database at some time; in order, after `afterId`. */
  readonly stored: (afterId: number, limit: number) => StoredRow[];
  /** Their rows were seen in the database. */
  readonly markStored: (eventIds: readonly string[]) => void;
  /** They were lost on the way or afterwards: they are pending again, as of now. */
  readonly sendAgain: (eventIds: readonly string[]) => void;
  /**
   * Removes rows acknowledged more than 30 days ago; those whose row in the database nobody has seen, after 60. Returns
   * how many of each. Unacknowledged rows are never removed.
   */
  readonly expire: () => { readonly stored: number; readonly unseen: number };
  /** Called after a transaction that appended events has committed. Returns the unsubscribe function. */
  readonly onAppended: (listener: () => void) => () => void;
}

const keepStoredMs = 30 * 24 * 3_600_000;
/** The stream keeps an event for 30 days; a consumer that was away so long may still be helped from here. */
const keepUnseenMs = 60 * 24 * 3_600_000;

const pendingRow = z
  .object({
    event_id: z.string(),
    session_id: z.string(),
    seq: z.int(),
    subject: z.string(),
    bytes: z.instanceof(Uint8Array),
    resent: z.int(),
    frame_sha256: z.string().nullable(),
  })
  .transform((row): OutboxRow => ({
    eventId: row.event_id,
    sessionId: row.session_id,
    seq: row.seq,
    subject: row.subject,
    bytes: row.bytes,
    resent: row.resent,
    frameSha256: row.frame_sha256,
  }));

const storedRow = z
  .object({ id: z.int(), event_id: z.string(), resent: z.int() })
  .transform(({ id, event_id: eventId, resent }): StoredRow => ({ id, eventId, resent }));

const unseenRow = z
  .object({ id: z.int(), event_id: z.string(), stream_seq: z.int(), resent: z.int() })
  .transform(({ id, event_id: eventId, stream_seq: streamSeq, resent }): UnseenRow => ({
    id,
    eventId,
    streamSeq,
    resent,
  }));

export function makeOutbox(options: {
  readonly db: JournalDatabase;
  readonly source: EventSource;
  readonly userId: string | undefined;
  readonly clock: () => number;
}): Outbox {
  const { db, source, userId, clock } = options;
  const listeners = new Set<() => void>();

  const announce = (): void => {
    db.afterCommit(() => {
      for (const listener of listeners) listener();
    });
  };

  return {
    append: (sessionId, body, extra = {}) =>
      db.transact(() => {
        const seq = takeSeq(db, sessionId);
        const now = clock();
        const { event, bytes } = encodeEvent({
          ...body,
          eventId: uuidv7({ msecs: now }),
          sessionId,
          seq,
          timestamp: new Date(now).toISOString(),
          schemaVersion: eventSchemaVersion,
          source: { ...source },
          ...(userId === undefined ? {} : { userId }),
        });
        db.run(
          `INSERT INTO outbox (event_id, session_id, seq, subject, bytes, frame_sha256, created_ms)
           VALUES (:event_id, :session_id, :seq, :subject, :bytes, :frame, :now)`,
          {
            event_id: event.eventId,
            session_id: sessionId,
            seq,
            subject: subjectOf(event),
            bytes,
            frame: extra.frameSha256 ?? null,
            now,
          },
        );
        db.run(
          `INSERT INTO event_days (session_id, day, type, events) VALUES (:session, :day, :type, 1)
           ON CONFLICT DO UPDATE SET events = events + 1`,
          { session: sessionId, day: event.timestamp.slice(0, 10), type: event.type },
        );
        announce();
        return event;
      }),
    pending: (limit, except = []) =>
      db.all(
        `SELECT event_id, session_id, seq, subject, bytes, resent, frame_sha256 FROM outbox
         WHERE acknowledged_ms IS NULL AND session_id NOT IN (SELECT value FROM json_each(:except))
         ORDER BY id LIMIT :limit`,
        pendingRow,
        { limit, except: JSON.stringify(except) },
      ),
    markAcknowledged(acks) {
      if (acks.length === 0) return;
      db.transact(() => {
        for (const ack of acks) {
          db.run('UPDATE outbox SET acknowledged_ms = :now, stream_seq = :seq WHERE event_id = :id', {
            now: clock(),
            seq: ack.streamSeq,
            id: ack.eventId,
          });
        }
      });
    },
    depth: () =>
      db.get('SELECT count(*) AS n FROM outbox WHERE acknowledged_ms IS NULL', z.object({ n: z.int() }))?.n ?? 0,
    unseen: (afterId, limit) =>
      db.all(
        `SELECT id, event_id, stream_seq, resent FROM outbox
         WHERE acknowledged_ms IS NOT NULL AND stored_ms IS NULL AND id > :after ORDER BY id LIMIT :limit`,
        unseenRow,
        { after: afterId, limit },
      ),
    stored: (afterId, limit) =>
      db.all(
        `SELECT id, event_id, resent FROM outbox
         WHERE acknowledged_ms IS NOT NULL AND stored_ms IS NOT NULL AND id > :after ORDER BY id LIMIT :limit`,
        storedRow,
        { after: afterId, limit },
      ),
    markStored(eventIds) {
      if (eventIds.length === 0) return;
      db.run(
        `UPDATE outbox SET stored_ms = :now
         WHERE event_id IN (SELECT value FROM json_each(:ids)) AND acknowledged_ms IS NOT NULL`,
        { now: clock(), ids: JSON.stringify(eventIds) },
      );
    },
    sendAgain(eventIds) {
      if (eventIds.length === 0) return;
      db.transact(() => {
        db.run(
          `UPDATE outbox SET acknowledged_ms = NULL, stream_seq = NULL, stored_ms = NULL, resent = resent + 1
           WHERE event_id IN (SELECT value FROM json_each(:ids)) AND acknowledged_ms IS NOT NULL`,
          { ids: JSON.stringify(eventIds) },
        );
        announce();
      });
    },
    expire: () => ({
      stored: db.run('DELETE FROM outbox WHERE acknowledged_ms < :before AND stored_ms IS NOT NULL', {
        before: clock() - keepStoredMs,
      }),
      unseen: db.run('DELETE FROM outbox WHERE acknowledged_ms < :before AND stored_ms IS NULL', {
        before: clock() - keepUnseenMs,
      }),
    }),
    onAppended(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}

function takeSeq(db: JournalDatabase, sessionId: string): number {
  const row = db.get(
    'UPDATE sessions SET next_seq = next_seq + 1 WHERE session_id = :id RETURNING next_seq - 1 AS seq',
    z.object({ seq: z.int() }),
    { id: sessionId },
  );
  if (row === undefined)
    throw new InvariantError(`An event names session ${sessionId}, which the journal does not have.`);
  return row.seq;
}

/**
 * NUL and lone surrogates are legal in JavaScript strings but refused by PostgreSQL's jsonb, so they are replaced where
 * bytes are made. Contents that do not fit leave the event, which says so; the journal has them.
 */
function encodeEvent(candidate: Record<string, unknown> & { type: SparkEvent['type'] }): {
  event: SparkEvent;
  bytes: Uint8Array;
} {
  let bytes = toBytes(candidate);
  let value = candidate;
  if (bytes.length > maxEventBytes && 'contents' in candidate) {
    const { contents: _left, ...rest } = candidate;
    value = { ...rest, type: candidate.type, contentsOmitted: true };
    bytes = toBytes(value);
  }
  if (bytes.length > maxEventBytes) {
    throw new InvariantError(
      `An event of type ${candidate.type} has ${bytes.length} bytes, more than ${maxEventBytes}.`,
    );
  }
  const parsed = eventSchemas[value.type].safeParse(JSON.parse(Buffer.from(bytes).toString('utf8')));
  if (!parsed.success) {
    throw new InvariantError(`An event of type ${candidate.type} does not have its own shape.`, {
      data: { issues: issuesOf(parsed.error) },
    });
  }
  return { event: parsed.data, bytes };
}

const toBytes = (value: unknown): Uint8Array =>
  Buffer.from(
    JSON.stringify(value, (_key, part: unknown) =>
      typeof part === 'string' ? part.replaceAll('\u0000', '\uFFFD').toWellFormed() : part,
    ),
    'utf8',
  );
