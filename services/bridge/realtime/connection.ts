import { randomUUID } from 'node:crypto';
import { DependencyError } from '../../../shared/errors/index.ts';
import type { Logger } from '../../../shared/node/logging/index.ts';
import { lostError } from './failures.ts';
import {
  clientEvents,
  parseServerFrame,
  type ClientEvent,
  type ServerEvent,
  type ClientItem,
  type SessionUpdate,
} from './protocol/index.ts';
import { openTransport, type Transport } from './transport.ts';

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
}

export interface ConnectionOptions {
  readonly endpoint: Endpoint;
  readonly settings: SessionUpdate;
  /** Items put into the conversation before anything else, oldest first. */
  readonly items: readonly ClientItem[];
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
  readonly isOpen: () => boolean;
  readonly send: (event: ClientEvent) => boolean;
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
  const created = Promise.withResolvers<void>();
  const updated = Promise.withResolvers<void>();
  created.promise.catch(() => undefined);
  updated.promise.catch(() => undefined);

  function onEvent(event: ServerEvent): void {
    if (event.type === 'session.created') {
      model = event.session.model ?? model;
      created.resolve();
    } else if (event.type === 'session.updated') {
      updated.resolve();
    } else if (event.type === 'error' && !established) {
      const message = `The Realtime service refused the session: ${event.error.message ?? event.error.code ?? 'no reason given'}. Your message is kept.`;
      const refusal = new DependencyError('realtime_rejected', message, {
        retryable: false,
        data: { code: event.error.code },
      });
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

  const transport: Transport = await openTransport({
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
  for (const item of options.items) send(clientEvents.createItem(item));
  return {
    model,
    isOpen: () => open,
    send,
    close: () => {
      open = false;
      transport.close();
    },
    terminate: () => transport.terminate(),
  };
}
