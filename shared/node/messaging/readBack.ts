import { JetStreamApiError, jetstreamManager, type JetStreamManager, type MsgRequest } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/nats-core';
import { z } from 'zod';
import { durableName, streamName } from '../../contracts/index.ts';
import type { NatsLink } from './connect.ts';
import { orMissing } from './setupErrors.ts';

export interface StoredMessage {
  readonly subject: string;
  readonly data: Uint8Array;
  readonly seq: number;
  /** ISO 8601. */
  readonly timestamp: string;
  readonly headers: Readonly<Record<string, string>>;
}

const messageNotFound = 10037;

/** Reads one message of a stream by its sequence; undefined when the stream does not have it (any more). */
export function getMessage(link: NatsLink, stream: string, seq: number): Promise<StoredMessage | undefined> {
  return find(link, stream, { seq });
}

/** Reads the newest message on a subject; undefined when there is none. */
export function getLastMessage(link: NatsLink, stream: string, subject: string): Promise<StoredMessage | undefined> {
  return find(link, stream, { last_by_subj: subject });
}

function find(link: NatsLink, stream: string, query: MsgRequest): Promise<StoredMessage | undefined> {
  return link.use(async (connection) => {
    const manager = await managerOf(connection);
    try {
      const found = await manager.streams.getMessage(stream, query);
      if (found === null) return undefined;
      const headers: Record<string, string> = {};
      for (const name of found.header.keys()) headers[name] = found.header.get(name);
      return {
        subject: found.subject,
        data: found.data,
        seq: found.seq,
        timestamp: found.time.toISOString(),
        headers,
      };
    } catch (error) {
      if (error instanceof JetStreamApiError && error.code === messageNotFound) return undefined;
      throw error;
    }
  });
}

export interface StreamFacts {
  readonly messages: number;
  readonly bytes: number;
  /** Its limit; null when it has none. */
  readonly maxBytes: number | null;
  readonly firstSeq: number;
  readonly lastSeq: number;
}

/** Rejects with a DependencyError, also when there is no such stream. */
export function readStream(link: NatsLink, stream: string): Promise<StreamFacts> {
  return link.use((connection) => factsOf(connection, stream));
}

/** The same, but null when there is no such stream. */
export function findStream(link: NatsLink, stream: string): Promise<StreamFacts | null> {
  return link.use(async (connection) => (await orMissing(() => factsOf(connection, stream))) ?? null);
}

async function factsOf(connection: NatsConnection, stream: string): Promise<StreamFacts> {
  const { config, state } = await (await managerOf(connection)).streams.info(stream);
  return {
    messages: state.messages,
    bytes: state.bytes,
    maxBytes: config.max_bytes > 0 ? config.max_bytes : null,
    firstSeq: state.first_seq,
    lastSeq: state.last_seq,
  };
}

/** Without the look at the account, which a user with few rights may not take. */
const managerOf = (connection: NatsConnection): Promise<JetStreamManager> =>
  jetstreamManager(connection, { checkAPI: false });

export interface DurableFacts {
  /** Messages of the stream that were not delivered yet. */
  readonly pending: number;
  /** Delivered and not settled. */
  readonly unacknowledged: number;
  readonly redelivered: number;
  /** Everything up to here is acknowledged. */
  readonly ackFloorSeq: number;
  /** Nothing behind it was ever delivered. */
  readonly deliveredSeq: number;
  /** When something was last delivered, ISO 8601; null before the first time, or where the server does not say. */
  readonly lastDeliveredAt: string | null;
}

/** Where a durable stands, the consumer's unless given: its lag is `pending + unacknowledged`. */
export function readDurable(link: NatsLink, name = durableName, stream = streamName): Promise<DurableFacts> {
  return link.use((connection) => durableOf(connection, name, stream));
}

/** The same of another durable on `SPARK`, but null when there is no such one. */
export function findDurable(link: NatsLink, name: string): Promise<DurableFacts | null> {
  return link.use(async (connection) => (await orMissing(() => durableOf(connection, name, streamName))) ?? null);
}

async function durableOf(connection: NatsConnection, name: string, stream: string): Promise<DurableFacts> {
  const info = await (await managerOf(connection)).consumers.info(stream, name);
  return {
    pending: info.num_pending,
    unacknowledged: info.num_ack_pending,
    redelivered: info.num_redelivered,
    ackFloorSeq: info.ack_floor.stream_seq,
    deliveredSeq: info.delivered.stream_seq,
    lastDeliveredAt: lastActiveOf(info.delivered),
  };
}

/** A time in ISO 8601 on the wire; the client's types have it as a number. */
const lastActive = z.looseObject({ last_active: z.string().pipe(z.coerce.date()) });
function lastActiveOf(delivered: unknown): string | null {
  const parsed = lastActive.safeParse(delivered);
  return parsed.success ? parsed.data.last_active.toISOString() : null;
}
