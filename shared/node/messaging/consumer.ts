import { jetstreamManager } from '@nats-io/jetstream';
import { createInbox, nanos, type Msg, type NatsConnection } from '@nats-io/nats-core';
import { durableName, streamName } from '../../contracts/index.ts';
import { DependencyError } from '../../errors/index.ts';
import { waitMs } from '../lifecycle/backoff.ts';
import type { NatsLink } from './connect.ts';
import { toNatsError } from './natsError.ts';
import { DeliveredMessage, type StreamMessage } from './streamMessage.ts';

/*
 * Pull requests to a durable (NATS ADR-37), one at a time: the next one is sent when the server has used up
 * the one before and a quarter of the limits is free again, so what is handed over and not settled stays within them
 * whatever is waiting. The client's own `consume` bounds either messages or bytes, counts what it received instead of
 * what was settled, and drops at its end what the server had sent already.
 */
export interface PullLimits {
  /** Messages handed over and not settled. */
  readonly maxMessages: number;
  /** Their bytes, headers and subjects included. More than one message can have. */
  readonly maxBytes: number;
}

/** As the request names it. */
interface Room {
  readonly batch: number;
  readonly max_bytes: number;
}

export interface Pull {
  /** Settles when the messages end: resolved when stopped, rejected when the stream, durable or connection is gone. */
  readonly ended: Promise<void>;
  /** Asks for no more, and resolves when all that was on its way is handed over. */
  readonly stop: () => Promise<void>;
}

const expiresMs = 30_000;
const heartbeatMs = 2_500;
const drainMs = 2_000;

/**
 * Returns what starts a pull, which hands over each message as it arrives and rejects with a DependencyError when the
 * durable is not there. The limits hold over all its pulls: a message is held until it is settled, whichever brought it.
 * `durable` and `stream` are other ones than the consumer's on `SPARK`.
 */
export function makePuller(
  link: NatsLink,
  limits: PullLimits,
  onMessage: (message: StreamMessage) => void,
  durable: string = durableName,
  stream: string = streamName,
): () => Promise<Pull> {
  const held = { messages: 0, bytes: 0 };
  let askAgain: (() => void) | undefined;

  function hold(message: Msg, connection: NatsConnection): void {
    const delivered = new DeliveredMessage(message, connection, release);
    held.messages += 1;
    held.bytes += sizeOf(delivered);
    onMessage(delivered);
  }
  function release(message: DeliveredMessage): void {
    held.messages -= 1;
    held.bytes -= sizeOf(message);
    askAgain?.();
  }
  /** What may be asked for; undefined until a quarter of the limits is free. */
  function room(): Room | undefined {
    const batch = limits.maxMessages - held.messages;
    const bytes = limits.maxBytes - held.bytes;
    return batch < limits.maxMessages / 4 || bytes < limits.maxBytes / 4 ? undefined : { batch, max_bytes: bytes };
  }

  return () =>
    link.use(async (connection) => {
      await (await jetstreamManager(connection)).consumers.info(stream, durable);
      const { pull, ask } = startPull(link, connection, { hold, room, durable, stream });
      askAgain = ask;
      return pull;
    });
}

function startPull(
  link: NatsLink,
  connection: NatsConnection,
  {
    hold,
    room,
    durable,
    stream,
  }: {
    readonly hold: (message: Msg, connection: NatsConnection) => void;
    readonly room: () => Room | undefined;
    readonly durable: string;
    readonly stream: string;
  },
): { readonly pull: Pull; readonly ask: () => void } {
  const ended = Promise.withResolvers<void>();
  ended.promise.catch(() => undefined);
  const inbox = createInbox(link.inboxPrefix);
  const requestSubject = `$JS.API.CONSUMER.MSG.NEXT.${stream}.${durable}`;
  /** The request under way: where its statuses go, and how many messages it still brings. */
  let request: { readonly subject: string; owed: number } | undefined;
  let requests = 0;
  let heardMs = performance.now();
  let isOver = false;

  const subscription = connection.subscribe(`${inbox}.*`, { callback: receive });
  const watching = setInterval(() => {
    if (request !== undefined && performance.now() - heardMs > 2 * heartbeatMs) end(lost('no heartbeat'));
  }, heartbeatMs);
  const unwatchLink = link.onStatus(({ kind }) => {
    // Requests do not outlive a connection.
    if (kind !== 'connected') end(lost('the connection was lost'));
  });

  function ask(): void {
    if (isOver || request !== undefined) return;
    const wanted = room();
    if (wanted === undefined) return;
    requests += 1;
    request = { subject: `${inbox}.${requests}`, owed: wanted.batch };
    heardMs = performance.now();
    const times = { expires: nanos(expiresMs), idle_heartbeat: nanos(heartbeatMs) };
    connection.publish(requestSubject, JSON.stringify({ ...wanted, ...times }), { reply: request.subject });
  }

  function receive(error: Error | null, message: Msg): void {
    if (error !== null) {
      end(error);
      return;
    }
    heardMs = performance.now();
    if (message.subject.startsWith(inbox)) {
      hearStatus(message);
      return;
    }
    if (request !== undefined) request = request.owed > 1 ? request : undefined;
    if (request !== undefined) request.owed -= 1;
    hold(message, connection);
    ask();
  }

  function hearStatus({ subject, headers }: Msg): void {
    const code = headers?.code ?? 0;
    const description = headers?.description ?? '';
    if (code === idle || subject !== request?.subject) return;
    // Expired, or the next message would have gone beyond the bytes: the request is over, as is usual.
    if (code !== expired && !usedUp.test(description)) {
      end(lost(`the request was refused: ${code} ${description}`));
      return;
    }
    request = undefined;
    ask();
  }

  function halt(): void {
    isOver = true;
    clearInterval(watching);
    unwatchLink();
  }

  function end(error: Error): void {
    if (isOver) return;
    halt();
    subscription.unsubscribe();
    ended.reject(toNatsError(error));
  }

  ask();
  return {
    ask,
    pull: {
      ended: ended.promise,
      async stop() {
        if (isOver) return;
        halt();
        const enough = new AbortController();
        // No answer comes over a connection that is away: there is nothing to wait for then.
        await Promise.race([subscription.drain().catch(() => undefined), waitMs(drainMs, enough.signal)]);
        enough.abort();
        ended.resolve();
      },
    },
  };
}

const idle = 100;
const expired = 408;
const usedUp = /^(?:Batch Completed|Message Size Exceeds MaxBytes)$/i;

const lost = (why: string): DependencyError =>
  new DependencyError('nats_unavailable', `Messages do not come any more: ${why}.`, { retryable: true });

/** What the server counts and a little more: headers are some 60 bytes. */
const sizeOf = ({ data, subject }: DeliveredMessage): number => data.byteLength + subject.length + 200;
