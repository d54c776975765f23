import { toAppError } from '../../../shared/errors/index.ts';
import { openConnection, type Connection } from './connection.ts';
import { makeConnectionAge } from './connectionAge.ts';
import { makeShortenHistory } from './leftHistory.ts';
import {
  clientEvents,
  type ClientItem,
  isResponseEvent,
  items,
  type ServerEvent,
  type WireError,
} from './protocol/index.ts';
import type { LimitsSeen } from './rateLimit.ts';
import { reconnect } from './reconnect.ts';
import { itemIdOf, replayItems } from './replay.ts';
import type { ResponseOutcome } from './response.ts';
import { makeResponseRuns } from './responseRuns.ts';
import type { SessionLink, SessionLinkOptions } from './sessionLinkTypes.ts';
import { itemEventId, makeToldItems } from './toldItems.ts';
import { makeToldSettings } from './toldSettings.ts';
import { makeTurn, type Turn } from './turn.ts';

const checkMs = 3_000;
const retryText = 'The developer asks you to try again: answer their last message, taking up where things stand now.';

export function makeSessionLink(options: SessionLinkOptions): SessionLink {
  const { sessionId, endpoint, host, logger, now } = options;
  const closing = new AbortController();
  const runs = makeResponseRuns(options);
  const age = makeConnectionAge(options);
  const settings = makeToldSettings(options);
  const shorten = makeShortenHistory({ ...options, runs, closing: closing.signal });
  /** Told while a connection is made, whose history was read before; null while none is. */
  let missed: string[] | null = null;
  const told = makeToldItems();
  /** Of a message, and no response was there to be stopped for it. */
  let refused: WireError | null = null;
  /** The conversation lacks an output: it is replaced before the next response. */
  let isOutOfStep = false;
  let connection: Connection | null = null;
  let opening: Promise<void> | null = null;
  let asked = 0;
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

  function configure(): void {
    settings.change(options.voice.setup(), connection?.send);
  }

  async function open(): Promise<void> {
    if (opening !== null) return await opening;
    const isOther = settings.hasOtherVoice(options.voice.setup());
    if (options.isIdle() && connection !== null && (isOld() || isOther)) drop();
    if (connection !== null) return configure();
    // A turn that runs makes the connection by itself.
    if (!options.isIdle()) return;
    opening = connect(makeTurn({ messageId: '', text: '' }, true)).finally(() => (opening = null));
    await opening;
  }

  /** Opens a connection whose conversation holds the history, this turn's message and its calls so far. */
  async function connect(turn: Turn): Promise<void> {
    await settings.read();
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
      settings: settings.of(setup),
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
    settings.opened(setup);
    if (options.voice.setup() !== setup) configure();
    const facts = missed ?? [];
    missed = null;
    for (const fact of facts) made.send(clientEvents.createItem(items.system(fact)));
    age.begin();
    options.onReady(made.model);
    options.voice.onOpened();
    if (replay.left.length > 0 && !(await shorten(made, turn, replay.left))) drop();
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
    return connection !== null && (isOutOfStep || age.isOver(connection));
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
    if (connection === null && !turn.controller.signal.aborted) await again(turn);
  }

  async function again(turn: Turn): Promise<void> {
    const { signal } = turn.controller;
    await reconnect({ ...options, signal, closing: closing.signal, connect: () => connect(turn) });
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
    reconnect: again,
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
