import { randomUUID } from 'node:crypto';
import type { TurnState } from '../../../shared/contracts/index.ts';
import { DependencyError, toAppError } from '../../../shared/errors/index.ts';
import { backoffMs, waitMs } from '../../../shared/node/lifecycle/index.ts';
import { openConnection, type Connection } from './connection.ts';
import {
  type ClientEvent,
  clientEvents,
  type ClientItem,
  isResponseEvent,
  items,
  type ResponseParameters,
  type ServerEvent,
  type SessionUpdate,
  type WireError,
} from './protocol/index.ts';
import type { LimitsSeen } from './rateLimit.ts';
import { itemIdOf, leftOutItem, replayItems, summaryItem } from './replay.ts';
import type { ResponseOutcome } from './response.ts';
import { makeResponseRuns } from './responseRuns.ts';
import type { SessionOptions } from './sessionOptions.ts';
import { toSessionUpdate } from './sessionSettings.ts';
import { summarise } from './summary.ts';
import { itemEventId, makeToldItems } from './toldItems.ts';
import { makeTurn, type Turn } from './turn.ts';
import type { HistoryItem } from './types.ts';
import { toSessionAudio, toVoiceUpdate, withSpokenWay, type VoiceSetup } from './voice/audio.ts';

/**
 * The connection of one session, made when a turn needs it: opened with the history, replaced before the service ends
 * it, made again with backoff when lost.
 */
export interface SessionLink {
  readonly isOpen: () => boolean;
  /** A connection without a turn, for whoever wants to be heard. One that is open is brought to the voice's setup. */
  readonly open: () => Promise<void>;
  /** Tells an open connection how voice is set up now. */
  readonly configure: () => void;
  readonly send: (event: ClientEvent) => boolean;
  readonly backlogBytes: () => number;
  /** How many responses were asked for. */
  readonly asked: () => number;
  /** Puts the turn's message into the conversation, over a new connection when there is none or it has grown old. */
  readonly begin: (turn: Turn) => Promise<void>;
  /** Between two responses: an old connection is replaced, a lost one made again. Rejects as `reconnect` does. */
  readonly freshen: (turn: Turn) => Promise<void>;
  /** Rejects when the service says no for good, or not within the window. */
  readonly reconnect: (turn: Turn) => Promise<void>;
  /** Asks for one response and follows it to its end. An abort of the turn cancels it. */
  readonly respond: (turn: Turn) => Promise<ResponseOutcome>;
  /** False when there is no connection: the history of the next one carries what the journal has. */
  readonly add: (item: ClientItem) => boolean;
  /** The current conversation holds the output of this call. */
  readonly hasOutput: (callId: string) => boolean;
  /** A fact that the history has too. */
  readonly inform: (text: string) => void;
  readonly limitsSeen: () => LimitsSeen | null;
  /** The machine slept: the connection must show that it lives. */
  readonly check: () => void;
  /** Ends the connection; the next turn makes another. */
  readonly drop: () => void;
  readonly close: () => void;
}

export interface SessionLinkOptions extends SessionOptions {
  readonly isIdle: () => boolean;
  readonly onTurn: (state: TurnState) => void;
  readonly voice: {
    /** Null: the session puts out text. */
    readonly setup: () => VoiceSetup | null;
    readonly accept: (event: ServerEvent) => void;
    readonly refuse: (error: WireError) => void;
    readonly onOpened: () => void;
    readonly onLost: () => void;
  };
}

/** The service ends a session at `expires_at`; its replacement is made this long before, between two responses. */
const beforeExpiryMs = 5 * 60_000;
const checkMs = 3_000;
const retryText = 'The developer asks you to try again: answer their last message, taking up where things stand now.';

export function makeSessionLink(options: SessionLinkOptions): SessionLink {
  const { sessionId, endpoint, host, limits, logger, now, wallNow } = options;
  const closing = new AbortController();
  const runs = makeResponseRuns(options);
  /** Told while a connection is made, whose history was read before; null while none is. */
  let missed: string[] | null = null;
  const told = makeToldItems();
  /** Of a message, and no response was there to be stopped for it. */
  let refused: WireError | null = null;
  /** The conversation lacks an output: it is replaced before the next response. */
  let isOutOfStep = false;
  let connection: Connection | null = null;
  let opening: Promise<void> | null = null;
  /** Which voice the connection was told; it cannot be told another. */
  let voiceTold: string | null = null;
  /** Of the connection: what changes meanwhile waits for the next one, which keeps the prompt cache. */
  let instructions = '';
  let asked = 0;
  let opened = { at: 0, wallAt: 0 };
  let seen: LimitsSeen | null = null;

  function onEvent(event: ServerEvent): void {
    if (event.type === 'error') {
      const { code, message } = event.error;
      logger.warn({ sessionId, code, message }, 'the model reported an error');
      runs.refuse(event.error);
      onLoss(event.error);
      options.voice.refuse(event.error);
      if (code === 'session_expired') connection?.terminate();
    } else if (event.type === 'rate_limits.updated') {
      seen = { limits: event.rate_limits, at: now() };
    } else if (isResponseEvent(event)) {
      runs.accept(event);
    } else {
      options.voice.accept(event);
    }
  }

  /** The service goes on without an item that it refused: a message would be answered unread, a call never. */
  function onLoss(error: WireError): void {
    const lost = told.refuse(error.event_id);
    if (lost === 'message' && !runs.unhear(error)) refused = error;
    if (lost !== 'output') return;
    isOutOfStep = true;
    // The replay puts the call and its output into a new conversation.
    if (!options.isIdle()) connection?.terminate();
  }

  function settingsFor(setup: VoiceSetup | null): SessionUpdate {
    return toSessionUpdate({
      model: endpoint.model,
      instructions: setup === null ? instructions : withSpokenWay(instructions),
      tools: host.tools,
      reasoningEffort: host.settings().reasoningEffort,
      audio: setup === null ? null : toSessionAudio(setup),
    });
  }

  function configure(): void {
    const setup = options.voice.setup();
    const update = toVoiceUpdate({ setup, instructions, voiceIsSet: voiceTold !== null });
    connection?.send(clientEvents.updateSession(`evt_${randomUUID()}`, update));
    voiceTold ??= setup?.voice ?? null;
  }

  async function open(): Promise<void> {
    if (opening !== null) return await opening;
    const voice = options.voice.setup()?.voice ?? null;
    const isOther = voiceTold !== null && voice !== null && voice !== voiceTold;
    if (options.isIdle() && connection !== null && (isOld() || isOther)) drop();
    if (connection !== null) return configure();
    // A turn that runs makes the connection by itself.
    if (!options.isIdle()) return;
    opening = connect(makeTurn({ messageId: '', text: '' }, true)).finally(() => (opening = null));
    await opening;
  }

  /** Opens a connection whose conversation holds the history, this turn's message and its calls so far. */
  async function connect(turn: Turn): Promise<void> {
    instructions = await host.instructions(sessionId);
    missed = [];
    const history = host.history(sessionId);
    const summary = host.summary(sessionId);
    const setup = options.voice.setup();
    const own = itemIdOf(turn.message.messageId);
    const replay = await replayItems({
      history,
      summary,
      message: turn.isRetry ? null : turn.message,
      calls: turn.calls,
      ...(options.historyBudget === undefined ? {} : { budget: options.historyBudget }),
    });
    told.clear();
    refused = null;
    isOutOfStep = false;
    // Before the service can say anything about them. What it refuses of an earlier time was told then.
    for (const item of replay.items) {
      if (item.type === 'message' && item.role === 'user' && item.id === own) told.watch(item);
      else told.note(item);
    }
    const made: Connection = await openConnection({
      endpoint,
      settings: settingsFor(setup),
      items: replay.items,
      openTransport: options.openTransport,
      logger,
      unknownTypes: options.unknownTypes,
      signal: closing.signal,
      onEvent: (event) => onEvent(event),
      onLatency: options.onLatency,
      onClose: (reason) => onClose(made, reason),
    });
    connection = made;
    voiceTold = setup?.voice ?? null;
    if (options.voice.setup() !== setup) configure();
    const facts = missed ?? [];
    missed = null;
    for (const fact of facts) made.send(clientEvents.createItem(items.system(fact)));
    opened = { at: now(), wallAt: wallNow() };
    options.onReady(made.model);
    options.voice.onOpened();
    if (replay.left.length > 0) await shorten(made, turn, replay.left);
  }

  /** Puts the oldest part, for which there was no room, into the new conversation as a summary. */
  async function shorten(over: Connection, turn: Turn, left: readonly HistoryItem[]): Promise<void> {
    const signal = AbortSignal.any([turn.controller.signal, AbortSignal.timeout(limits.summaryMs), closing.signal]);
    const before = host.summary(sessionId);
    const { messageId } = turn.message;
    // A summary is a request like any other: none is made from a spent budget.
    const permission = host.mayContinue(sessionId, { messageId, calls: turn.calls.length });
    const ask = (apart: ResponseParameters) => runs.run({ over, messageId, signal, apart });
    const summary = permission.kind === 'stop' ? null : await summarise({ left, before, ask });
    const covered = summary?.upToPosition ?? -1;
    const rest = summary === null ? left.length : left.filter(({ position = -1 }) => position > covered).length;
    if (summary !== null) host.keepSummary({ sessionId, ...summary });
    // Stopped meanwhile: the next turn makes the connection again, and the summary with it.
    if (rest > 0 && turn.controller.signal.aborted) return drop();
    if (rest > 0) logger.warn({ sessionId, entries: rest }, 'an old part of the conversation could not be summarised');
    // Each becomes the first: the summary stands before what it does not cover.
    if (rest > 0) over.send(clientEvents.createItem(leftOutItem(rest), { after: 'root' }));
    if (summary !== null) over.send(clientEvents.createItem(summaryItem(summary.text), { after: 'root' }));
  }

  function onClose(closed: Connection, reason: string): void {
    if (connection !== closed) return;
    connection = null;
    logger.info({ sessionId, reason }, 'the connection to the model ended');
    runs.lose();
    options.voice.onLost();
    if (options.isIdle() && !closing.signal.aborted) options.onIdleLoss();
  }

  function isOld(): boolean {
    if (connection === null) return false;
    if (isOutOfStep) return true;
    // A monotonic clock may stand still while the machine sleeps; the service's does not.
    if (Math.max(now() - opened.at, wallNow() - opened.wallAt) > limits.connectionAgeMs) return true;
    const { expiresAtMs } = connection;
    // A session that is shorter than the margin is used for at least half of its life.
    const margin = expiresAtMs === null ? 0 : Math.min(beforeExpiryMs, (expiresAtMs - opened.wallAt) / 2);
    return expiresAtMs !== null && wallNow() > expiresAtMs - margin;
  }

  async function begin(turn: Turn): Promise<void> {
    await opening?.catch(() => undefined);
    const { messageId, text, images = [], spoken } = turn.message;
    // What was said is in this very connection.
    if (spoken !== undefined && connection !== null) return;
    if (isOld()) drop();
    if (connection !== null) {
      const id = itemIdOf(messageId);
      const item = turn.isRetry ? items.system(retryText) : items.user(text, { id, images });
      // It was in the history of the connection already, which another turn made.
      if (!turn.isRetry && told.hasMessage(id)) return told.watch(item);
      if (add(item)) return;
    }
    try {
      await connect(turn);
      if (turn.isRetry) add(items.system(retryText));
    } catch (error) {
      const failure = toAppError(error);
      if (!closing.signal.aborted) options.onFailed(failure);
      throw failure;
    }
  }

  async function freshen(turn: Turn): Promise<void> {
    if (isOld()) {
      drop();
      // Nothing was lost; what goes wrong now is waited for like a loss.
      await connect(turn).catch(() => undefined);
    }
    if (connection === null && !turn.controller.signal.aborted) await reconnect(turn);
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
      options.onTurn({ kind: 'reconnecting', retryAt: new Date(wallNow() + retryInMs).toISOString() });
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
    if (connection === null) return { kind: 'lost', text: '' };
    asked += 1;
    const error = refused;
    const outcome: ResponseOutcome =
      error === null
        ? await runs.run({ over: connection, messageId: turn.message.messageId, signal: turn.controller.signal })
        : { kind: 'unheard', error };
    // The next turn's conversation has the message, or hears again that it cannot.
    if (outcome.kind === 'unheard') drop();
    return outcome;
  }

  function add(item: ClientItem): boolean {
    if (connection === null) return false;
    const eventId = itemEventId(item);
    const isSent = connection.send(clientEvents.createItem(item, { eventId }));
    if (isSent) told.watch(item);
    return isSent;
  }

  function drop(): void {
    const closed = connection;
    connection = null;
    closed?.close();
  }

  return {
    isOpen: () => connection !== null,
    open,
    configure,
    send: (event) => connection?.send(event) ?? false,
    backlogBytes: () => connection?.backlogBytes() ?? 0,
    asked: () => asked,
    begin,
    freshen,
    reconnect,
    respond,
    add,
    hasOutput: told.hasOutput,
    inform(text) {
      // Without a connection, and with none on its way, the history of the next one has it.
      if (connection === null) missed?.push(text);
      else add(items.system(text));
    },
    limitsSeen: () => seen,
    check: () => connection?.check(checkMs),
    drop,
    close() {
      closing.abort();
      drop();
      runs.lose();
    },
  };
}
