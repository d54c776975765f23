import { findEventsOfKeptMonths, findStoredEvents, type Database } from '../../database/index.ts';
import { streamName, type HealthView } from '../../shared/contracts/index.ts';
import type { Logger } from '../../shared/node/logging/index.ts';
import {
  connectNats,
  findStream,
  getMessage,
  listen,
  makeFrameStore,
  makeJetStreamPublisher,
  readDurable,
  type ListenOptions,
  type NatsFiles,
  type NatsLink,
} from '../../shared/node/messaging/index.ts';
import type { Journal } from './journal/index.ts';
import { makePublisher, makeRefill, type PublisherStatus } from './publisher/index.ts';

const refusedPauseMs = 10 * 60_000;

/** The way of the outbox to NATS, or the fact that none is configured. */
export interface Publishing {
  readonly status: () => PublisherStatus;
  readonly isConnected: () => boolean;
  /** Why there is no connection, and what to look at; empty while there is one. */
  readonly whyAway: () => string;
  /** Where the consumer stands, as JetStream tells it; null without NATS, or where this user may not ask. */
  readonly consumer: () => Promise<HealthView['consumer']>;
  /** Frames that the frame store had no room for; 0 while it takes them. */
  readonly framesNotKept: () => number;
  /** Hears what others publish; nothing without NATS. Ends by itself at the close. */
  readonly listen: (options: ListenOptions) => void;
  /** The machine slept: a connection that does not answer is made again at once. */
  readonly wake: () => void;
  /** Sends what is there while NATS answers, at most until `signal` aborts, then ends the connection. */
  readonly close: (signal: AbortSignal) => Promise<void>;
}

export function openPublishing(options: {
  readonly url: string | undefined;
  readonly files?: NatsFiles;
  readonly journal: Journal;
  /** Where acknowledged events are looked for; null where none is configured. */
  readonly database: Pick<Database, 'read' | 'write'> | null;
  readonly logger: Logger;
  readonly onChange: () => void;
}): Publishing {
  const { url, files = {}, journal, database, logger, onChange } = options;
  if (url === undefined) {
    return {
      status: () => ({ kind: 'off' }),
      isConnected: () => false,
      whyAway: () => '',
      consumer: () => Promise.resolve(null),
      framesNotKept: () => 0,
      listen: () => undefined,
      wake: () => undefined,
      close: () => Promise.resolve(),
    };
  }
  const link = connectNats({ url, files, name: 'spark-bridge', logger });
  const jetStream = makeJetStreamPublisher(link);
  const frames = makeFrameStore(link);
  let askAgainAt = 0;
  let newestSeq = 0;
  const publisher = makePublisher({
    outbox: journal.outbox,
    frameBytes: journal.frames.bytes,
    logger: logger.child({ part: 'publisher' }),
    stream: {
      async publish({ messageId, ...message }) {
        const ack = await jetStream.publish({ ...message, id: messageId });
        // Only a stream that was made again counts from the beginning.
        if (ack.streamSeq < newestSeq && !ack.duplicate) refill.trigger();
        newestSeq = ack.duplicate ? newestSeq : ack.streamSeq;
        return ack;
      },
      putFrame: frames.put,
    },
  });
  const refill = makeRefill({
    outbox: journal.outbox,
    stream: { facts: () => findStream(link, streamName), holds: (row) => holdsEvent(link, row) },
    rows:
      database === null
        ? null
        : {
            findStored: (eventIds) => findStored(database, eventIds),
            findLost: (eventIds) => findLost(database, eventIds),
          },
    logger: logger.child({ part: 'refill' }),
  });
  const isConnected = (): boolean => link.status().kind === 'connected';
  const stops = [
    publisher.onStatus(onChange),
    link.onStatus(() => {
      if (isConnected()) {
        publisher.retryNow();
        refill.trigger();
      }
      onChange();
    }),
  ];
  return {
    status: publisher.status,
    isConnected,
    whyAway() {
      const now = link.status();
      return now.kind === 'connecting' ? now.detail : '';
    },
    framesNotKept: publisher.framesNotKept,
    async consumer() {
      if (!isConnected() || performance.now() < askAgainAt) return null;
      const facts = await readDurable(link).catch((error: unknown) => {
        // A user that may not ask is refused each time, and the server logs it.
        askAgainAt = performance.now() + refusedPauseMs;
        logger.info({ err: error }, 'NATS does not tell where the consumer stands');
        return null;
      });
      if (facts === null) return null;
      const { lastDeliveredAt, pending, unacknowledged } = facts;
      return { lastSeenAt: lastDeliveredAt, waiting: pending + unacknowledged };
    },
    listen(wanted) {
      stops.push(listen(link, wanted));
    },
    wake: link.wake,
    async close(signal) {
      if (isConnected()) await publisher.flush(signal);
      for (const stop of stops) stop();
      await refill.close();
      await publisher.close();
      await link.close();
    },
  };
}

/** A replica that is behind says "not there" of what is there: what it does not have is asked of the primary. */
async function findStored(
  database: Pick<Database, 'read' | 'write'>,
  eventIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const { value: seen, server } = await database.read((reader) => findStoredEvents(reader, eventIds));
  const rest = eventIds.filter((eventId) => !seen.has(eventId));
  if (server === 'primary' || rest.length === 0) return seen;
  return new Set([...seen, ...(await database.write((client) => findStoredEvents(client, rest)))]);
}

/** What retention dropped is not lost. */
async function findLost(
  database: Pick<Database, 'read' | 'write'>,
  eventIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const seen = await findStored(database, eventIds);
  const rest = eventIds.filter((eventId) => !seen.has(eventId));
  return rest.length === 0 ? new Set() : database.write((client) => findEventsOfKeptMonths(client, rest));
}

/** The id of a message that was sent again begins with the event's. */
async function holdsEvent(
  link: NatsLink,
  { streamSeq, eventId }: { readonly streamSeq: number; readonly eventId: string },
): Promise<boolean> {
  const message = await getMessage(link, streamName, streamSeq);
  return message?.headers['Nats-Msg-Id']?.startsWith(eventId) === true;
}
