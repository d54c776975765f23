import type { TurnState } from '../../../shared/contracts/index.ts';
import { AppError, toAppError } from '../../../shared/errors/index.ts';
import { makeAnswers } from './answers.ts';
import { makeNoticeId } from './notice.ts';
import { makeSessionLink } from './sessionLink.ts';
import type { SessionOptions } from './sessionOptions.ts';
import { makeTurn, type Turn, type TurnMessage } from './turn.ts';
import { runTurn } from './turnLoop.ts';
import { makeTurnQueue } from './turnQueue.ts';
import type { Stop } from './types.ts';
import { makeSessionVoice, type SessionVoice } from './voice/sessionVoice.ts';

/**
 * The conversation of one SPARK session. What it guarantees: one turn at a time and one response at a time; every call
 * of a response gets exactly one output, then one `response.create` follows; a lost connection is made again with the
 * history; a turn that ends before its work is done says why.
 */
export interface Session {
  readonly send: (message: TurnMessage, whileBusy: 'interrupt' | 'queue') => Promise<void>;
  readonly retry: (messageId: string) => Promise<void>;
  readonly unqueue: (messageId: string) => boolean;
  readonly inform: (text: string) => void;
  readonly cancel: () => Promise<boolean>;
  readonly voice: Pick<SessionVoice, 'setup' | 'start' | 'append' | 'commit' | 'stop' | 'heard'>;
  /** The machine slept: the connection is looked at. */
  readonly wake: () => void;
  readonly close: () => Promise<void>;
}

/** More than the current models' context holds. */
export const maxMessageChars = 400_000;
/** The service takes events of 15 MiB; a picture grows by a third on its way. */
const maxImageBytes = 10 * 1024 * 1024;

export function makeSession(options: SessionOptions): Session {
  const { sessionId, limits, logger } = options;
  let state: TurnState = { kind: 'idle' };
  let idleTimer: NodeJS.Timeout | undefined;

  function onTurn(next: TurnState): void {
    if (next.kind === state.kind && next.kind !== 'waiting' && next.kind !== 'reconnecting') return;
    state = next;
    host.onTurn({ sessionId, state });
  }

  const voice = makeSessionVoice({
    ...options,
    link: {
      open: () => link.open(),
      isOpen: () => link.isOpen(),
      configure: () => link.configure(),
      send: (event) => link.send(event),
      backlogBytes: () => link.backlogBytes(),
    },
    isIdle: () => queue.isIdle(),
    interrupt() {
      if (state.kind === 'answering') void queue.stop();
    },
    onMessage: sendSpoken,
    onForgotten: (messageId) => queue.abandon(messageId),
  });
  const { host } = voice;
  const link = makeSessionLink({ ...options, host, voice, isIdle: () => queue.isIdle(), onTurn });
  const answers = makeAnswers({ ...options, host, link });
  const queue = makeTurnQueue({ run, onChange: voice.settle });

  /**
   * While a call runs or waits for a decision, what is said waits, too: it is part of the conversation, and the response
   * that follows the call answers it.
   */
  function sendSpoken(messageId: string): void {
    const message = { messageId, text: '', spoken: { asked: link.asked() } };
    queue.push(makeTurn(message), state.kind === 'answering' ? 'interrupt' : 'queue');
  }

  async function run(turn: Turn): Promise<void> {
    const { spoken } = turn.message;
    if (spoken !== undefined && link.asked() > spoken.asked) return turn.started.resolve();
    clearTimeout(idleTimer);
    host.onBusy({ sessionId, busy: true });
    let end: TurnState = { kind: 'idle' };
    try {
      onTurn({ kind: 'answering' });
      await link.begin(turn);
      turn.started.resolve();
      const stop = await runTurn({ ...options, host, turn, link, answers, onTurn });
      if (stop !== null) end = stopWith(stop);
    } catch (error) {
      end = await failWith(turn, error);
    } finally {
      onTurn(end);
      host.onBusy({ sessionId, busy: false });
      dropLater();
    }
  }

  function dropLater(): void {
    clearTimeout(idleTimer);
    // While voice is on it watches by itself for how long nobody speaks.
    idleTimer = setTimeout(() => voice.setup() === null && link.drop(), limits.idleMs);
    idleTimer.unref();
  }

  async function failWith(turn: Turn, error: unknown): Promise<TurnState> {
    const { signal } = turn.controller;
    const failure = toAppError(error);
    turn.started.reject(failure);
    if (failure.code === 'invariant') logger.error({ err: error, sessionId }, 'a turn failed');
    // The sender of a message that never left hears it from `send`; later failures are told in the conversation.
    const isTold = await turn.started.promise.then(
      () => true,
      () => false,
    );
    if (signal.aborted) return { kind: 'idle' };
    return isTold ? stopWith({ code: failure.code, message: failure.message, may: ['retry'] }) : { kind: 'idle' };
  }

  function stopWith({ code, message, may }: Stop): TurnState {
    const messageId = makeNoticeId();
    host.onAssistantStarted({ sessionId, messageId });
    host.onTextDelta({ sessionId, messageId, delta: message });
    host.onAssistantDone({ sessionId, messageId, text: message, status: 'failed', error: { code, message } });
    return { kind: 'stopped', code, message, may };
  }

  function push(turn: Turn, mode: 'interrupt' | 'queue'): Promise<void> {
    const refusal = refusalOf(turn.message);
    if (refusal !== null) return Promise.reject(refusal);
    if (mode === 'interrupt') voice.hush();
    queue.push(turn, mode);
    return turn.started.promise;
  }

  return {
    send: (message, whileBusy) => push(makeTurn(message), whileBusy),
    retry: (messageId) => push(makeTurn({ messageId, text: '' }, true), 'interrupt'),
    unqueue: queue.remove,
    inform: link.inform,
    async cancel() {
      voice.hush();
      return await queue.stop();
    },
    voice: {
      ...voice,
      stop(detail) {
        voice.stop(detail);
        dropLater();
      },
    },
    wake: link.check,
    async close() {
      clearTimeout(idleTimer);
      voice.stop();
      const ended = queue.close();
      link.close();
      await ended;
      clearTimeout(idleTimer);
    },
  };
}

function refusalOf({ text, images = [] }: TurnMessage): AppError | null {
  if (text.length > maxMessageChars) {
    return new AppError(
      'invalid_input',
      `This message has ${text.length.toLocaleString('en')} characters; the model takes at most ${maxMessageChars.toLocaleString('en')}. Nothing was sent and the text is kept: shorten it, or put it into a file of the project and name the file.`,
      { data: { length: text.length } },
    );
  }
  const bytes = images.reduce((sum, image) => sum + image.bytes.length, 0);
  if (bytes <= maxImageBytes) return null;
  return new AppError(
    'invalid_input',
    `The pictures of this message have ${Math.ceil(bytes / 1_048_576)} MiB together; the service takes at most 10. Nothing was sent: make them smaller, or send fewer.`,
    { data: { bytes } },
  );
}
