import type { WireCall } from './protocol/index.ts';
import type { CallAnswer, ModelImage } from './types.ts';

/** The message of the turn for which a connection is made. */
export interface TurnMessage {
  readonly messageId: string;
  readonly text: string;
  readonly images?: readonly ModelImage[];
  /** It was said: the service has put it into the conversation already. `asked`: responses asked for until then. */
  readonly spoken?: { readonly asked: number };
}

/** A call of this turn and, once it is there, its one answer. */
export interface TurnCall {
  readonly callId: string;
  readonly name: string;
  readonly argumentsJson: string;
  output: string | null;
  images: readonly ModelImage[];
}

/** From one message of the developer to the model's last word about it. */
export interface Turn {
  readonly message: TurnMessage;
  /** The message was sent before and is asked for again. */
  readonly isRetry: boolean;
  readonly controller: AbortController;
  /** Settles when the message is in the conversation, or cannot get there. */
  readonly started: PromiseWithResolvers<void>;
  readonly calls: TurnCall[];
}

export function makeTurn(message: TurnMessage, isRetry = false): Turn {
  const started = Promise.withResolvers<void>();
  // Whoever waits for it hears the reason; a turn that nobody waits for must not end the process.
  started.promise.catch(() => undefined);
  return { message, isRetry, controller: new AbortController(), started, calls: [] };
}

export const toTurnCall = (call: WireCall): TurnCall => ({
  callId: call.call_id,
  name: call.name,
  argumentsJson: call.arguments,
  output: null,
  images: [],
});

/** Why a call is not run. */
export interface NotRun {
  readonly code: string;
  readonly message: string;
}

export const cancelled: NotRun = { code: 'cancelled', message: 'The developer stopped this before it was done.' };

/** The answer that asked for the call did not come whole, so neither can its arguments be trusted. */
export const cutShort: NotRun = {
  code: 'realtime_rejected',
  message: 'Your answer was cut short, so this call was not run.',
};

/** The answer to a call that has no result of its own. */
const answerWithout = (error: NotRun, failure: CallAnswer['failure']): CallAnswer => ({
  output: JSON.stringify({ success: false, error }),
  failure,
});

/**
 * The answer to a call, at the latest `graceMs` after the turn was stopped: a function that cannot be stopped at once
 * ends in its own time, and its late result is told to the model as a fact.
 */
export async function answerOf(
  running: Promise<CallAnswer>,
  signal: AbortSignal,
  graceMs: number,
): Promise<CallAnswer> {
  let timer: NodeJS.Timeout | undefined;
  const { promise: stopped, resolve } = Promise.withResolvers<CallAnswer>();
  const onAbort = (): void => {
    timer = setTimeout(() => resolve(answerWithout(cancelled, 'cancelled')), graceMs);
  };
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([running, stopped]);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return answerWithout({ code: 'internal', message }, 'failed');
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  }
}
