import { errors, type NatsConnection } from '@nats-io/nats-core';
import { connect } from '@nats-io/transport-node';
import type { Logger } from '../logging/index.ts';
import { backoffMs, waitMs } from '../lifecycle/backoff.ts';
import { accessOptions, whyNotConnected, type NatsFiles } from './access.ts';
import { notConnected, toNatsError } from './natsError.ts';

/*
 * One connection to NATS that is never given up: the first connect is retried for ever, a lost one is re-established,
 * and one that the client closed for good (say, after a changed password) is made again. While it is away every
 * operation is refused at once with `nats_unavailable`, so that callers hold what they have instead of filling buffers.
 */
export type NatsStatus =
  | { readonly kind: 'connecting'; readonly detail: string }
  | { readonly kind: 'connected'; readonly server: string }
  | { readonly kind: 'closed' };

export interface NatsLink {
  /**
   * Where answers to this program come: `_INBOX.<name>`, so that a server may let it listen to its own answers only.
   * Also below the usual `_INBOX.>`.
   */
  readonly inboxPrefix: string;
  readonly status: () => NatsStatus;
  /** Called at every change from now on; returns the unsubscribe function. */
  readonly onStatus: (listener: (status: NatsStatus) => void) => () => void;
  /** Resolves when connected. Rejects with the signal's reason, or with `nats_unavailable` when the link is closed. */
  readonly ready: (signal?: AbortSignal) => Promise<void>;
  /** Runs `work` on the live connection. Rejects with a DependencyError (`nats_unavailable`, `nats_rejected`). */
  readonly use: <T>(work: (connection: NatsConnection) => Promise<T>) => Promise<T>;
  /** After the machine slept: makes the connection again unless it answers within three seconds. */
  readonly wake: () => void;
  /** Sends what is buffered, then closes for good. */
  readonly close: () => Promise<void>;
}

export interface ConnectOptions {
  /** `nats://user:password@host:4222`, `nats://token@…` or `tls://…`; several servers separated by commas. */
  readonly url: string;
  readonly files?: NatsFiles;
  /** Shown in the server's list of connections. */
  readonly name: string;
  readonly logger: Logger;
  /** Ends the attempts to connect; the connection itself is ended by `close`. */
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
}

/** Starts connecting and returns at once. */
export function connectNats(options: ConnectOptions): NatsLink {
  const logger = options.logger.child({ part: 'nats' });
  const listeners = new Set<(status: NatsStatus) => void>();
  const stop = new AbortController();
  const signal = options.signal === undefined ? stop.signal : AbortSignal.any([stop.signal, options.signal]);
  let status: NatsStatus = { kind: 'connecting', detail: 'not connected yet' };
  let live: NatsConnection | undefined;

  function move(next: NatsStatus): void {
    const changed = next.kind !== status.kind;
    status = next;
    if (changed) logger.info({ status: next }, `NATS ${next.kind}`);
    for (const listener of listeners) listener(next);
  }

  async function follow(connection: NatsConnection): Promise<void> {
    for await (const event of connection.status()) {
      if (event.type === 'disconnect') move({ kind: 'connecting', detail: 'the connection was lost' });
      else if (event.type === 'reconnect') move({ kind: 'connected', server: connection.getServer() });
      else if (event.type === 'error') report(event.error);
    }
  }

  /** A publish without an answer, such as an acknowledgement, hears of a missing right nowhere else. */
  function report(error: Error): void {
    if (!(error instanceof errors.PermissionViolationError)) {
      logger.warn({ err: error }, 'NATS reported an error');
      return;
    }
    const { operation, subject } = error;
    const verb = operation === 'publish' ? 'publish' : 'subscribe';
    logger.warn(
      { operation, subject },
      `NATS refuses: its user may not ${verb} on ${subject}. docs/guides/nats.md has the rights of every user`,
    );
  }

  async function stayConnected(): Promise<void> {
    for (let attempt = 0; !signal.aborted; attempt += 1) {
      try {
        const connection = await connect(toClientOptions(options));
        if (signal.aborted) {
          // `close` ran while this was being made and knows nothing of it.
          await connection.close();
          break;
        }
        live = connection;
        attempt = -1;
        move({ kind: 'connected', server: live.getServer() });
        const following = follow(live);
        const reason = await live.closed();
        await following;
        if (reason instanceof Error) throw reason;
      } catch (error) {
        const detail = whyNotConnected(error, options.url, options.files ?? {});
        logger.warn({ detail, attempt: attempt + 1 }, 'NATS cannot be reached; trying again');
        move({ kind: 'connecting', detail });
      }
      live = undefined;
      if (!signal.aborted) await waitMs(backoffMs(Math.max(attempt, 0), { capMs: 5_000 }), signal);
    }
  }
  const running = stayConnected();

  const link: NatsLink = {
    inboxPrefix: inboxPrefixOf(options.name),
    status: () => status,
    onStatus(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async ready(waitSignal) {
      if (status.kind === 'connected') return;
      await new Promise<void>((resolve, reject) => {
        const settle = (then: () => void): void => {
          unsubscribe();
          for (const each of [waitSignal, signal]) each?.removeEventListener('abort', onAbort);
          then();
        };
        const onAbort = (): void => {
          settle(() => {
            const reason: unknown = waitSignal?.aborted === true ? waitSignal.reason : notConnected('it was closed');
            reject(reason instanceof Error ? reason : new Error(String(reason)));
          });
        };
        const unsubscribe = link.onStatus((next) => {
          if (next.kind === 'connected') settle(resolve);
        });
        for (const each of [waitSignal, signal]) each?.addEventListener('abort', onAbort, { once: true });
        if (waitSignal?.aborted === true || signal.aborted) onAbort();
      });
    },
    async use(work) {
      if (live === undefined || status.kind !== 'connected') {
        throw notConnected(status.kind === 'connecting' ? status.detail : 'it was closed');
      }
      try {
        return await work(live);
      } catch (error) {
        throw toNatsError(error);
      }
    },
    wake() {
      const connection = live;
      if (connection !== undefined && status.kind === 'connected') void renewUnlessAlive(connection, signal);
    },
    async close() {
      if (stop.signal.aborted) return;
      const connection = live;
      const wasConnected = status.kind === 'connected';
      stop.abort();
      // Draining waits for the server: pointless, and endless, while it is away.
      if (wasConnected) await connection?.drain().catch(() => undefined);
      await connection?.close();
      await running;
      move({ kind: 'closed' });
    },
  };
  return link;
}

const wakeLimitMs = 3_000;

/** Never rejects: a connection that cannot be made again now is tried by the client itself. */
async function renewUnlessAlive(connection: NatsConnection, signal: AbortSignal): Promise<void> {
  const answered = new AbortController();
  const late = waitMs(wakeLimitMs, AbortSignal.any([signal, answered.signal])).then(() => false);
  try {
    const isAlive = await Promise.race([connection.rtt().then(() => true), late]);
    if (!isAlive && !signal.aborted) await connection.reconnect();
  } catch {
    // The connection ended meanwhile, or is being made again already.
  } finally {
    answered.abort();
  }
}

/** A name may have what a subject's token may not. */
const inboxPrefixOf = (name: string): string => `_INBOX.${name.replaceAll(/[^\w-]/g, '_')}`;

function toClientOptions({ url, files = {}, name, timeoutMs = 5_000 }: ConnectOptions): Parameters<typeof connect>[0] {
  return {
    ...accessOptions(url, files),
    name,
    inboxPrefix: inboxPrefixOf(name),
    timeout: timeoutMs,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 250,
    reconnectJitter: 250,
    pingInterval: 10_000,
    maxPingOut: 2,
  };
}
