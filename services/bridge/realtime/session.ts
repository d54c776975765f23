import { randomUUID } from 'node:crypto';
import type { TurnState } from '../../../shared/contracts/api/index.ts';
import { AppError, DependencyError, toAppError } from '../../../shared/errors/index.ts';
import type { WireCall } from './protocol/index.ts';
import { makeSessionLink } from './sessionLink.ts';
import type { SessionOptions } from './sessionOptions.ts';
import {
  cancelledOutput,
  cutShort,
  makeTurn,
  outputOf,
  outputWithout,
  toTurnCall,
  type Turn,
  type TurnMessage,
} from './turn.ts';

/**
 * The conversation of one SPARK session. What it guarantees: one turn at a time and one response at a time; every call
 * of a response gets exactly one output, then one `response.create` follows; a new message stops the turn before it; a
 * lost connection is made again with the history, and an answer that had not begun is asked for once more.
 */
export interface Session {
  /** Stops what runs, unless it is to wait for it. */
  readonly send: (message: TurnMessage, whileBusy: 'interrupt' | 'queue') => Promise<void>;
  /** False when it began already. */
  readonly unqueue: (messageId: string) => boolean;
  readonly inform: (text: string) => void;
  readonly cancel: () => Promise<boolean>;
  readonly close: () => Promise<void>;
}

const maxLossesPerTurn = 5;
const idle: TurnState = { kind: 'idle' };

export function makeSession(options: SessionOptions): Session {
  const { sessionId, host, limits, logger } = options;
  const answered = new Set<string>();
  const turns = new Set<Turn>();
  const link = makeSessionLink({ ...options, isIdle: () => turns.size === 0 });
  let tail: Promise<void> = Promise.resolve();
  let idleTimer: NodeJS.Timeout | undefined;

  /** Runs the calls side by side (the host orders writes) and gives each its one output. */
  async function answer(turn: Turn, calls: readonly WireCall[], instead: string | null): Promise<void> {
    const { signal } = turn.controller;
    const open = calls.map(toTurnCall);
    host.onTurn({ sessionId, state: { kind: 'calling' } });
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
      link.sendOutput(call.callId, call.output ?? cancelledOutput);
    }
  }

  /** The state that the turn ends in. */
  async function converse(turn: Turn): Promise<TurnState> {
    const { signal } = turn.controller;
    let losses = 0;
    while (!signal.aborted) {
      host.onTurn({ sessionId, state: { kind: 'answering' } });
      const outcome = await link.respond(turn);
      if (outcome.kind === 'refused') return idle;
      if (outcome.kind === 'lost') {
        losses += 1;
        // Half an answer was shown and marked: to ask again unasked would say it twice.
        if (signal.aborted || (outcome.sawText && !outcome.sawCall)) return idle;
        if (losses > maxLossesPerTurn)
          throw new DependencyError(
            'realtime_unavailable',
            'The connection to the model breaks again and again. Your message is kept; send again to retry.',
            { retryable: true },
          );
        await link.reconnect(turn);
        continue;
      }
      const calls = outcome.calls.filter((call) => !answered.has(call.call_id));
      if (calls.length === 0) return idle;
      const { status } = outcome.response;
      if (status !== 'completed') {
        await answer(turn, calls, status === 'cancelled' ? cancelledOutput : cutShort);
        return idle;
      }
      if (turn.calls.length + calls.length > limits.callsPerTurn) {
        const why = `This turn reached its limit of ${limits.callsPerTurn} function calls, so I stopped. Tell me to go on if this is what you want.`;
        await answer(turn, calls, outputWithout('rate_limited', why));
        notice('rate_limited', why);
        return { kind: 'stopped', code: 'rate_limited', message: why, may: ['continue'] };
      }
      await answer(turn, calls, null);
      if (!link.isOpen() && !signal.aborted) await link.reconnect(turn);
    }
    return idle;
  }

  async function run(turn: Turn): Promise<void> {
    if (turn.phase === 'taken_back') return;
    turn.phase = 'running';
    clearTimeout(idleTimer);
    host.onBusy({ sessionId, busy: true });
    let end: TurnState = idle;
    try {
      await link.begin(turn);
      turn.started.resolve();
      end = await converse(turn);
    } catch (error) {
      const failure = toAppError(error);
      turn.started.reject(failure);
      // The sender of a message that never left hears it from `send`; later failures are told in the conversation.
      const told = await turn.started.promise.then(
        () => true,
        () => false,
      );
      if (told && !turn.controller.signal.aborted) {
        notice(failure.code, failure.message);
        end = { kind: 'stopped', code: failure.code, message: failure.message, may: ['retry'] };
      }
      if (failure.code === 'invariant') logger.error({ err: error, sessionId }, 'a turn failed');
    } finally {
      turns.delete(turn);
      host.onTurn({ sessionId, state: end });
      host.onBusy({ sessionId, busy: false });
      idleTimer = setTimeout(link.drop, limits.idleMs);
      idleTimer.unref();
    }
  }

  function notice(code: string, message: string): void {
    const messageId = `notice_${randomUUID()}`;
    host.onAssistantStarted({ sessionId, messageId });
    host.onTextDelta({ sessionId, messageId, delta: message });
    host.onAssistantDone({ sessionId, messageId, text: message, status: 'failed', error: { code, message } });
  }

  function stopTurns(): boolean {
    for (const turn of turns) turn.controller.abort(new AppError('cancelled', 'Stopped by the developer.'));
    return turns.size > 0;
  }

  return {
    send(message, whileBusy) {
      if (whileBusy === 'interrupt') stopTurns();
      const turn = makeTurn(message);
      turns.add(turn);
      tail = tail.then(() => run(turn));
      return turn.started.promise;
    },
    unqueue(messageId) {
      const turn = [...turns].find(({ message, phase }) => message.messageId === messageId && phase === 'waiting');
      if (turn === undefined) return false;
      turn.phase = 'taken_back';
      turns.delete(turn);
      turn.started.reject(new AppError('cancelled', 'The message was taken back before it was sent.'));
      return true;
    },
    inform: link.inform,
    async cancel() {
      if (!stopTurns()) return false;
      await tail;
      return true;
    },
    async close() {
      stopTurns();
      clearTimeout(idleTimer);
      link.close();
      await tail;
    },
  };
}
