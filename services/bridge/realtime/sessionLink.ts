import { randomUUID } from 'node:crypto';
import { DependencyError, toAppError } from '../../../shared/errors/index.ts';
import { backoffMs, waitMs } from '../../../shared/node/lifecycle/index.ts';
import { openConnection, type Connection } from './connection.ts';
import { clientEvents, isResponseEvent, items, type ServerEvent } from './protocol/index.ts';
import { replayItems, userItem } from './replay.ts';
import { trackResponse, type ResponseOutcome, type ResponseTracker } from './response.ts';
import { toSessionUpdate } from './sessionSettings.ts';
import type { SessionOptions } from './sessionOptions.ts';
import type { Turn } from './turn.ts';

/**
 * The connection of one session, made when a turn needs it: opened with the history, replaced when old, made again with
 * backoff when lost, watched while a response runs. At most one response runs at a time.
 */
export interface SessionLink {
  readonly isOpen: () => boolean;
  /** Puts the turn's message into the conversation, over a new connection when there is none or it has grown old. */
  readonly begin: (turn: Turn) => Promise<void>;
  /** Rejects when the service says no for good, or not within the window. */
  readonly reconnect: (turn: Turn) => Promise<void>;
  /** Asks for one response and follows it to its end. An abort of the turn cancels it. */
  readonly respond: (turn: Turn) => Promise<ResponseOutcome>;
  /** False when there is no connection: the history of the next one carries call and output together. */
  readonly sendOutput: (callId: string, output: string) => boolean;
  /** A fact that the history has too. */
  readonly inform: (text: string) => void;
  /** Ends the connection; the next turn makes another. */
  readonly drop: () => void;
  readonly close: () => void;
}

export function makeSessionLink(options: SessionOptions & { readonly isIdle: () => boolean }): SessionLink {
  const { sessionId, endpoint, host, limits, logger, now, isIdle } = options;
  const closing = new AbortController();
  const ended = new Set<string>();
  /** Told while a connection is made, whose history was read before. */
  const missed: string[] = [];
  let connection: Connection | null = null;
  let openedAt = 0;
  let current: { readonly tracker: ResponseTracker; readonly signal: AbortSignal } | null = null;

  function onEvent(event: ServerEvent): void {
    if (event.type === 'error') {
      const { code, message, event_id: eventId } = event.error;
      logger.warn({ sessionId, code, message }, 'the model reported an error');
      if (eventId != null && eventId === current?.tracker.eventId) current.tracker.refuse(event.error);
    } else if (isResponseEvent(event)) {
      current?.tracker.accept(event);
    }
  }

  /** Opens a connection whose conversation holds the history, this turn's message and its calls so far. */
  async function connect(turn: Turn): Promise<void> {
    missed.length = 0;
    const history = host.history(sessionId);
    const opened = await openConnection({
      endpoint,
      settings: toSessionUpdate({
        model: endpoint.model,
        instructions: host.instructions(sessionId),
        tools: host.tools,
      }),
      items: replayItems({ history, message: turn.message, calls: turn.calls }),
      logger,
      unknownTypes: options.unknownTypes,
      signal: closing.signal,
      onEvent: (event) => onEvent(event),
      onLatency: options.onLatency,
      onClose: (reason) => onClose(opened, reason),
    });
    connection = opened;
    for (const fact of missed.splice(0)) opened.send(clientEvents.createItem(items.system(fact)));
    openedAt = now();
    options.onReady(opened.model);
  }

  function onClose(closed: Connection, reason: string): void {
    if (connection !== closed) return;
    connection = null;
    logger.info({ sessionId, reason }, 'the connection to the model ended');
    current?.tracker.lose(current.signal.aborted);
    if (isIdle() && !closing.signal.aborted) options.onIdleLoss();
  }

  async function begin(turn: Turn): Promise<void> {
    if (connection !== null && now() - openedAt > limits.connectionAgeMs) drop();
    const { message } = turn;
    if (message.again === true && connection !== null) return;
    if (connection?.send(clientEvents.createItem(userItem(message))) === true) return;
    try {
      await connect(turn);
    } catch (error) {
      const failure = toAppError(error);
      if (!closing.signal.aborted) options.onFailed(failure);
      throw failure;
    }
  }

  async function reconnect(turn: Turn): Promise<void> {
    const { signal } = turn.controller;
    const deadline = now() + limits.reconnectWindowMs;
    for (let attempt = 0; ; attempt += 1) {
      const retryInMs = backoffMs(attempt, { baseMs: limits.reconnectBaseMs });
      options.onReconnecting(
        'The connection to the model was lost. It is being made again; nothing you typed is lost.',
        retryInMs,
      );
      await waitMs(retryInMs, signal);
      signal.throwIfAborted();
      try {
        return await connect(turn);
      } catch (error) {
        const final = error instanceof DependencyError && !error.retryable;
        if (final || now() > deadline || closing.signal.aborted) {
          options.onFailed(toAppError(error));
          throw error;
        }
      }
    }
  }

  async function respond(turn: Turn): Promise<ResponseOutcome> {
    const over = connection;
    const { signal } = turn.controller;
    if (over === null) return { kind: 'lost', sawText: false, sawCall: false };
    const eventId = `evt_${randomUUID()}`;
    const tracker = trackResponse({ sessionId, eventId, model: over.model, host, ended });
    let timer = setTimeout(() => over.terminate(), limits.stallMs);
    const watched: ResponseTracker = {
      ...tracker,
      accept(event) {
        if (!signal.aborted) timer.refresh();
        tracker.accept(event);
      },
    };
    const onAbort = (): void => {
      over.send(clientEvents.cancelResponse(tracker.responseId()));
      clearTimeout(timer);
      timer = setTimeout(() => over.terminate(), limits.cancelGraceMs);
    };
    current = { tracker: watched, signal };
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      if (!over.send(clientEvents.createResponse(eventId))) tracker.lose(signal.aborted);
      return await tracker.outcome;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      current = null;
    }
  }

  function drop(): void {
    const closed = connection;
    connection = null;
    closed?.close();
  }

  return {
    isOpen: () => connection !== null,
    begin,
    reconnect,
    respond,
    sendOutput: (callId, output) => connection?.send(clientEvents.createItem(items.output(callId, output))) ?? false,
    inform(text) {
      if (connection === null) missed.push(text);
      else connection.send(clientEvents.createItem(items.system(text)));
    },
    drop,
    close() {
      closing.abort();
      drop();
      current?.tracker.lose(true);
    },
  };
}
