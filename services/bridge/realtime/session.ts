import { randomUUID } from 'node:crypto';
import { AppError, DependencyError, toAppError } from '../../../shared/errors/index.ts';
import { backoffMs, waitMs } from '../../../shared/node/lifecycle/index.ts';
import type { Logger } from '../../../shared/node/logging/index.ts';
import { openConnection, type Connection, type Endpoint } from './connection.ts';
import { clientEvents, items, type ServerEvent, type WireCall } from './protocol.ts';
import { itemIdOf, replayItems, type TurnMessage } from './replay.ts';
import { trackResponse, type ResponseOutcome, type ResponseTracker } from './response.ts';
import { cancelledOutput, cutShort, makeTurn, outputOf, outputWithout, toTurnCall, type Turn } from './turn.ts';
import type { EngineHost } from './types.ts';

/**
 * The conversation of one SPARK session. What it guarantees: one turn at a time and one response at a time; every call
 * of a response gets exactly one output, then one `response.create` follows; a new message stops the turn before it; a
 * lost connection is made again with the history, and an answer that had not begun is asked for once more.
 */
export interface SessionLimits {
  /** Calls in one turn, after which it stops and says so. */
  readonly callsPerTurn: number;
  /** A connection older than this is replaced before the next turn: the service ends one after 60 minutes. */
  readonly connectionAgeMs: number;
  /** An unused connection is closed. */
  readonly idleMs: number;
  /** A running response that is silent for this long counts as a lost connection. */
  readonly stallMs: number;
  /** How long a cancelled response or a stopped call may take to end. */
  readonly cancelGraceMs: number;
  /** How long a turn waits for a lost connection to come back. */
  readonly reconnectWindowMs: number;
  readonly reconnectBaseMs: number;
}

export interface SessionOptions {
  readonly sessionId: string;
  readonly endpoint: Endpoint;
  readonly host: EngineHost;
  readonly limits: SessionLimits;
  readonly logger: Logger;
  readonly now: () => number;
  readonly unknownTypes: Set<string>;
  readonly onReady: (model: string) => void;
  readonly onLatency: (latencyMs: number) => void;
  readonly onReconnecting: (detail: string, retryInMs: number) => void;
  readonly onFailed: (error: AppError) => void;
  /** The connection went away while nothing ran; the next message makes it again. */
  readonly onIdleLoss: () => void;
}

export interface Session {
  readonly send: (message: TurnMessage) => Promise<void>;
  readonly inform: (text: string) => void;
  readonly cancel: () => Promise<boolean>;
  readonly close: () => Promise<void>;
}

const maxLossesPerTurn = 5;

export function makeSession(options: SessionOptions): Session {
  const { sessionId, endpoint, host, limits, logger, now } = options;
  const closing = new AbortController();
  const ended = new Set<string>();
  const answered = new Set<string>();
  /** Told while a connection is made, whose history was read before. */
  const missed: string[] = [];
  const turns = new Set<Turn>();
  let connection: Connection | null = null;
  let openedAt = 0;
  let current: ResponseTracker | null = null;
  let tail: Promise<void> = Promise.resolve();
  let idleTimer: NodeJS.Timeout | undefined;

  function onEvent(event: ServerEvent): void {
    if (event.type === 'error') {
      const { code, message, event_id: eventId } = event.error;
      logger.warn({ sessionId, code, message }, 'the model reported an error');
      if (eventId != null && eventId === current?.eventId) current.refuse(event.error);
    } else if (event.type !== 'session.created' && event.type !== 'session.updated') {
      current?.accept(event);
    }
  }

  /** Opens a connection whose conversation holds the history, this turn's message and its calls so far. */
  async function connect(turn: Turn): Promise<void> {
    missed.length = 0;
    const history = host.history(sessionId);
    const opened = await openConnection({
      endpoint,
      settings: { model: endpoint.model, instructions: host.instructions(sessionId), tools: host.tools },
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
    if (current !== null) current.lose(turnOf(turns)?.controller.signal.aborted === true);
    if (turns.size === 0 && !closing.signal.aborted) options.onIdleLoss();
  }

  /** Puts the message into the conversation, over a new connection when there is none or it has grown old. */
  async function begin(turn: Turn): Promise<void> {
    if (connection !== null && now() - openedAt > limits.connectionAgeMs) dropConnection();
    const { messageId, text } = turn.message;
    if (connection?.send(clientEvents.createItem(items.user(text, itemIdOf(messageId)))) === true) return;
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
    current = watched;
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

  /** Runs the calls side by side (the host orders writes) and gives each its one output. */
  async function answer(turn: Turn, calls: readonly WireCall[], instead: string | null): Promise<void> {
    const { signal } = turn.controller;
    const open = calls.map(toTurnCall);
    await Promise.all(
      open.map(async (call) => {
        const { callId, name, argumentsJson } = call;
        const running = instead ?? host.onFunctionCall({ sessionId, callId, name, argumentsJson }, signal);
        call.output = typeof running === 'string' ? running : await outputOf(running, signal, limits.cancelGraceMs);
      }),
    );
    for (const call of open) {
      turn.calls.push(call);
      answered.add(call.callId);
      // Not sent when the connection is gone: the replay of the next one carries call and output together.
      connection?.send(clientEvents.createItem(items.output(call.callId, call.output ?? cancelledOutput)));
    }
  }

  async function converse(turn: Turn): Promise<void> {
    const { signal } = turn.controller;
    let losses = 0;
    while (!signal.aborted) {
      const outcome = await respond(turn);
      if (outcome.kind === 'refused') return;
      if (outcome.kind === 'lost') {
        losses += 1;
        // Half an answer was shown and marked: to ask again unasked would say it twice.
        if (signal.aborted || (outcome.sawText && !outcome.sawCall)) return;
        if (losses > maxLossesPerTurn)
          throw new DependencyError(
            'realtime_unavailable',
            'The connection to the model breaks again and again. Your message is kept; send again to retry.',
            { retryable: true },
          );
        await reconnect(turn);
        continue;
      }
      const calls = outcome.calls.filter((call) => !answered.has(call.call_id));
      if (calls.length === 0) return;
      const { status } = outcome.response;
      if (status !== 'completed') return await answer(turn, calls, status === 'cancelled' ? cancelledOutput : cutShort);
      if (turn.calls.length + calls.length > limits.callsPerTurn) {
        const why = `This turn reached its limit of ${limits.callsPerTurn} function calls, so I stopped. Tell me to go on if this is what you want.`;
        await answer(turn, calls, outputWithout('rate_limited', why));
        return notice('rate_limited', why);
      }
      await answer(turn, calls, null);
      if (connection === null && !signal.aborted) await reconnect(turn);
    }
  }

  async function run(turn: Turn): Promise<void> {
    clearTimeout(idleTimer);
    host.onBusy({ sessionId, busy: true });
    try {
      await begin(turn);
      turn.started.resolve();
      await converse(turn);
    } catch (error) {
      const failure = toAppError(error);
      turn.started.reject(failure);
      // The sender of a message that never left hears it from `send`; later failures are told in the conversation.
      const told = await turn.started.promise.then(
        () => true,
        () => false,
      );
      if (told && !turn.controller.signal.aborted) notice(failure.code, failure.message);
      if (failure.code === 'invariant') logger.error({ err: error, sessionId }, 'a turn failed');
    } finally {
      turns.delete(turn);
      host.onBusy({ sessionId, busy: false });
      idleTimer = setTimeout(dropConnection, limits.idleMs);
      idleTimer.unref();
    }
  }

  function notice(code: string, message: string): void {
    const messageId = `notice_${randomUUID()}`;
    host.onAssistantStarted({ sessionId, messageId });
    host.onTextDelta({ sessionId, messageId, delta: message });
    host.onAssistantDone({ sessionId, messageId, text: message, status: 'failed', error: { code, message } });
  }

  function dropConnection(): void {
    const closed = connection;
    connection = null;
    closed?.close();
  }

  function stopTurns(): boolean {
    for (const turn of turns) turn.controller.abort(new AppError('cancelled', 'Stopped by the developer.'));
    return turns.size > 0;
  }

  return {
    send(message) {
      stopTurns();
      const turn = makeTurn(message);
      turns.add(turn);
      tail = tail.then(() => run(turn));
      return turn.started.promise;
    },
    inform(text) {
      if (connection === null) missed.push(text);
      else connection.send(clientEvents.createItem(items.system(text)));
    },
    async cancel() {
      if (!stopTurns()) return false;
      await tail;
      return true;
    },
    async close() {
      stopTurns();
      closing.abort();
      clearTimeout(idleTimer);
      dropConnection();
      current?.lose(true);
      await tail;
    },
  };
}

/** The turn that runs: the others in the set wait behind it. */
const turnOf = (turns: ReadonlySet<Turn>): Turn | undefined => turns.values().next().value;
