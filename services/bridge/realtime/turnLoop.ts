import type { TurnState } from '../../../shared/contracts/index.ts';
import { DependencyError } from '../../../shared/errors/index.ts';
import { backoffMs, waitMs } from '../../../shared/node/lifecycle/index.ts';
import type { Answers } from './answers.ts';
import { judge, unheardStop } from './failures.ts';
import { items, type WireCall, type WireError } from './protocol/index.ts';
import { rateLimitWaitMs } from './rateLimit.ts';
import type { ResponseOutcome } from './response.ts';
import type { SessionLink } from './sessionLinkTypes.ts';
import type { SessionOptions } from './sessionOptions.ts';
import { cancelled, cutShort, type Turn } from './turn.ts';
import { makeTurnLimits, type TurnLimits } from './turnLimits.ts';
import type { Stop } from './types.ts';

/**
 * One turn: a response, the calls it asks for, the next response, until the model has nothing more to call or a limit is
 * reached. What can pass by itself (a rate limit, a lost connection, a fault of the service) is waited for.
 */
export interface TurnLoopOptions extends Pick<SessionOptions, 'sessionId' | 'host' | 'limits' | 'now' | 'wallNow'> {
  readonly turn: Turn;
  readonly link: SessionLink;
  readonly answers: Answers;
  readonly onTurn: (state: TurnState) => void;
}

const maxLosses = 5;
const maxFaults = 2;
const maxRateWaits = 6;

/** Resolves with why the turn stopped before its work was done; null when it came to its end, or was stopped by hand. */
export async function runTurn(options: TurnLoopOptions): Promise<Stop | null> {
  const { turn, link, answers, host, sessionId, onTurn } = options;
  const { signal } = turn.controller;
  const turnLimits = makeTurnLimits(host.settings());
  const troubles = { losses: 0, faults: 0, rateWaits: 0 };

  while (!signal.aborted) {
    const { messageId } = turn.message;
    const permission = host.mayContinue(sessionId, { messageId, calls: turn.calls.length });
    if (permission.kind === 'stop') {
      const { code, message, may } = permission;
      return { code, message, may };
    }
    await link.freshen(turn);
    // Stopped while the connection was made: nothing may be asked for any more.
    if (signal.aborted) return null;
    onTurn({ kind: 'answering' });
    const outcome = await link.respond(turn);
    if (signal.aborted) {
      if (outcome.kind === 'done') await giveUp(outcome.calls);
      return null;
    }
    const next = await follow(outcome);
    if (next === 'over') return null;
    if (next !== 'again') return next;
  }
  return null;

  async function follow(outcome: ResponseOutcome): Promise<Stop | 'over' | 'again'> {
    if (outcome.kind === 'lost') return await recover(outcome.text);
    if (outcome.kind === 'unheard') return unheardStop(outcome.error);
    if (outcome.kind === 'refused') return await suffer(outcome.error, '');
    const { response, text } = outcome;
    if (response.status === 'failed') {
      await giveUp(outcome.calls);
      return await suffer(response.status_details?.error, text);
    }
    if (response.status !== 'completed') {
      await answers.give(turn, fresh(outcome.calls), {
        instead: response.status === 'cancelled' ? cancelled : cutShort,
      });
      return 'over';
    }
    Object.assign(troubles, { losses: 0, faults: 0, rateWaits: 0 });
    return await work(outcome.calls);
  }

  async function work(all: readonly WireCall[]): Promise<Stop | 'over' | 'again'> {
    const calls = fresh(all);
    if (all.length === 0) return 'over';
    if (calls.length === 0) return repeated(all, turnLimits);
    const stop = turnLimits.admit(calls.length);
    if (stop !== null) {
      await answers.give(turn, calls, { instead: { code: stop.code, message: `Not run. ${stop.message}` } });
      return stop;
    }
    onTurn({ kind: 'calling' });
    await answers.give(turn, calls, { limits: turnLimits });
    return turnLimits.reached() ?? 'again';
  }

  /** Every call of the response has its answer already: the model is told so, and not for ever. */
  function repeated(calls: readonly WireCall[], limits: TurnLimits): Stop | 'again' {
    const ids = [...new Set(calls.map((call) => call.call_id))].join(', ');
    link.add(items.system(`You asked again for calls that have their results already (${ids}). Those results stand.`));
    limits.countRepeat();
    return limits.reached() ?? 'again';
  }

  /** The connection broke: it is made again, and an answer that was begun goes on where it stopped. */
  async function recover(text: string): Promise<Stop | 'again'> {
    troubles.losses += 1;
    if (troubles.losses > maxLosses) {
      throw new DependencyError(
        'realtime_unavailable',
        'The connection to the model breaks again and again. Your message is kept; ask again to go on.',
        { retryable: true },
      );
    }
    link.drop();
    await link.reconnect(turn);
    goOnAfter(text);
    return 'again';
  }

  function goOnAfter(text: string): void {
    if (text === '' || signal.aborted) return;
    const end = text.slice(-300).toWellFormed();
    link.add(
      items.system(
        `Your answer was cut off. The developer has read it up to: ${JSON.stringify(end)}. Go on exactly there; repeat nothing.`,
      ),
    );
  }

  async function suffer(error: WireError | null | undefined, text: string): Promise<Stop | 'again'> {
    const judged = judge(error);
    switch (judged.kind) {
      case 'final':
        return { code: judged.code, message: judged.message, may: ['retry'] };
      case 'reconnect':
        return await recover(text);
      case 'again': {
        troubles.faults += 1;
        if (troubles.faults > maxFaults) {
          const said = error?.message == null ? '' : ` It says: ${error.message}`;
          return {
            code: 'realtime_unavailable',
            message: `The model could not answer. Your message is kept; ask again to retry.${said}`,
            may: ['retry'],
          };
        }
        await pause(
          'The model had a fault of its own; SPARK asks again.',
          backoffMs(troubles.faults, { baseMs: options.limits.reconnectBaseMs }),
        );
        goOnAfter(text);
        return 'again';
      }
      case 'wait': {
        const waitsMs = rateLimitWaitMs({
          error,
          seen: link.limitsSeen(),
          now: options.now(),
          attempt: troubles.rateWaits,
        });
        troubles.rateWaits += 1;
        if (troubles.rateWaits > maxRateWaits || waitsMs > options.limits.longestWaitMs) {
          const said = error?.message == null ? '' : ` It says: ${error.message}`;
          const message = `The model's rate limit is reached and does not pass soon. Your message is kept; ask again later.${said}`;
          return { code: 'rate_limited', message, may: ['retry'] };
        }
        await pause("The model's rate limit is reached.", waitsMs);
        goOnAfter(text);
        return 'again';
      }
    }
  }

  async function pause(reason: string, ms: number): Promise<void> {
    onTurn({ kind: 'waiting', reason, retryAt: new Date(options.wallNow() + ms).toISOString() });
    await waitMs(ms, signal);
  }

  async function giveUp(calls: readonly WireCall[]): Promise<void> {
    await answers.give(turn, fresh(calls), { instead: signal.aborted ? cancelled : cutShort });
  }

  function fresh(calls: readonly WireCall[]): WireCall[] {
    return calls.filter((call) => !link.hasOutput(call.call_id));
  }
}
