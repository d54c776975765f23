import type { WireCall } from './protocol/index.ts';
import type { ModelImage } from './types.ts';

/** The message of the turn for which a connection is made. */
export interface TurnMessage {
  readonly messageId: string;
  readonly text: string;
  readonly images?: readonly ModelImage[];
  /** It is in the conversation already and asked again. */
  readonly again?: true;
}

/** A call of this turn and, once it is there, its one output. */
export interface TurnCall {
  readonly callId: string;
  readonly name: string;
  readonly argumentsJson: string;
  output: string | null;
}

/** From one message of the developer to the model's last word about it. */
export interface Turn {
  readonly message: TurnMessage;
  readonly controller: AbortController;
  /** Settles when the message is in the conversation, or cannot get there. */
  readonly started: PromiseWithResolvers<void>;
  readonly calls: TurnCall[];
  /** `taken_back` before it began. */
  phase: 'waiting' | 'running' | 'taken_back';
}

export const makeTurn = (message: TurnMessage): Turn => ({
  message,
  controller: new AbortController(),
  started: Promise.withResolvers<void>(),
  calls: [],
  phase: 'waiting',
});

export const toTurnCall = (call: WireCall): TurnCall => ({
  callId: call.call_id,
  name: call.name,
  argumentsJson: call.arguments,
  output: null,
});

/** The output of a call that has no result of its own. */
export const outputWithout = (code: string, message: string): string =>
  JSON.stringify({ success: false, error: { code, message } });

export const cancelledOutput = outputWithout('cancelled', 'The developer stopped this before it was done.');

/** The answer that asked for the call did not come whole, so neither can its arguments be trusted. */
export const cutShort = outputWithout('realtime_rejected', 'Your answer was cut short, so this call was not run.');

/**
 * The output of a call, at the latest `graceMs` after the turn was stopped: a function that cannot be stopped at once
 * ends in its own time, and its late result is told to the model as a fact.
 */
export async function outputOf(running: Promise<string>, signal: AbortSignal, graceMs: number): Promise<string> {
  let timer: NodeJS.Timeout | undefined;
  const { promise: stopped, resolve } = Promise.withResolvers<string>();
  const onAbort = (): void => {
    timer = setTimeout(() => resolve(cancelledOutput), graceMs);
  };
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([running, stopped]);
  } catch (error) {
    return outputWithout('internal', error instanceof Error ? error.message : String(error));
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  }
}
