import { randomUUID } from 'node:crypto';
import type { Logger } from '../../../shared/node/logging/index.ts';
import { refusedSession, lostError } from './failures.ts';
import {
  clientEvents,
  parseServerFrame,
  type ClientEvent,
  type ServerEvent,
  type ClientItem,
  type SessionUpdate,
} from './protocol/index.ts';
import type { ProxyEnvironment } from './proxy.ts';
import { itemEventId } from './toldItems.ts';
import type { OpenTransport, Transport } from './transport.ts';

/** Where the service is and how it is reached; the same for every session of an engine. */
export interface Endpoint {
  readonly url: string;
  readonly model: string;
  readonly apiKey: string;
  readonly organisation?: string | undefined;
  readonly project?: string | undefined;
  readonly connectTimeoutMs: number;
  readonly pingIntervalMs: number;
  readonly maxPayloadBytes: number;
  readonly proxy?: ProxyEnvironment | undefined;
}

export interface ConnectionOptions {
  readonly endpoint: Endpoint;
  readonly settings: SessionUpdate;
  /** Items put into the conversation before anything else, oldest first. */
  readonly items: readonly ClientItem[];
  readonly openTransport: OpenTransport;
  readonly logger: Logger;
  /** Types already logged as unknown, shared by an engine's connections: each is logged once. */
  readonly unknownTypes: Set<string>;
  readonly signal: AbortSignal;
  readonly onEvent: (event: ServerEvent) => void;
  readonly onLatency: (latencyMs: number) => void;
  /** Once, when an open connection is gone, whoever ended it. */
  readonly onClose: (reason: string) => void;
}

/** A configured session on the service, its history replayed. */
export interface Connection {
  readonly model: string;
  /** When the service ends the session, in milliseconds since the epoch; null when it did not say. */
  readonly expiresAtMs: number | null;
  readonly isOpen: () => boolean;
  /** Cuts the connection unless the other side answers within `withinMs`. */
  readonly check: (withinMs: number) => void;
  readonly send: (event: ClientEvent) => boolean;
  /** What waits to be sent. */
  readonly backlogBytes: () => number;
  readonly close: () => void;
  readonly terminate: () => void;
}

/** Resolves when the service has confirmed the settings. Rejects with `realtime_rejected` or `realtime_unavailable`. */
export async function openConnection(options: ConnectionOptions): Promise<Connection> {
  const { endpoint, settings, logger, unknownTypes } = options;
  const updateId = `evt_${randomUUID()}`;
  let open = true;
  let established = false;
  let model = endpoint.model;
  let expiresAt: number | null = null;
  const created = Promise.withResolvers<void>();
  const updated = Promise.withResolvers<void>();
  created.promise.catch(() => undefined);
  updated.promise.catch(() => undefined);

  function onEvent(event: ServerEvent): void {
    if (event.type === 'session.created') {
      model = event.session.model ?? model;
      expiresAt = event.session.expires_at ?? null;
      created.resolve();
    } else if (event.type === 'session.updated') {
      updated.resolve();
    } else if (event.type === 'error' && !established) {
      const refusal = refusedSession(event.error);
      created.reject(refusal);
      updated.reject(refusal);
    } else {
      options.onEvent(event);
    }
  }

  /** A listener that throws must not end the process from inside the socket. */
  function deliver(event: ServerEvent): void {
    try {
      onEvent(event);
    } catch (error) {
      logger.error({ err: error, type: event.type }, 'an event of the model could not be handled');
    }
  }

  const transport: Transport = await options.openTransport({
    ...endpoint,
    signal: options.signal,
    onLatency: options.onLatency,
    onFrame(text) {
      const frame = parseServerFrame(text);
      if (frame.kind === 'event') deliver(frame.event);
      else if (frame.kind === 'malformed')
        logger.warn({ detail: frame.detail }, 'ignored a malformed event of the model');
      else if (frame.kind === 'unknown' && !unknownTypes.has(frame.type)) {
        unknownTypes.add(frame.type);
        logger.info({ type: frame.type }, 'ignored an unknown event of the model');
      }
    },
    onClose(reason) {
      open = false;
      created.reject(lostError());
      updated.reject(lostError());
      if (established) options.onClose(reason);
    },
  });

  const send = (event: ClientEvent): boolean => transport.send(JSON.stringify(event));
  const timer = setTimeout(() => transport.terminate(), endpoint.connectTimeoutMs);
  try {
    await created.promise;
    send(clientEvents.updateSession(updateId, settings));
    await updated.promise;
  } catch (error) {
    transport.terminate();
    throw error;
  } finally {
    clearTimeout(timer);
  }
  established = true;
  for (const item of options.items) send(clientEvents.createItem(item, { eventId: itemEventId(item) }));
  return {
    model,
    expiresAtMs: expiresAt === null ? null : expiresAt * 1_000,
    isOpen: () => open,
    check: (withinMs) => transport.check(withinMs),
    send,
    backlogBytes: () => transport.backlogBytes(),
    close: () => {
      open = false;
      transport.close();
    },
    terminate: () => transport.terminate(),
  };
}
