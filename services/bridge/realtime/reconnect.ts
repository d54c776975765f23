import type { TurnState } from '../../../shared/contracts/index.ts';
import { DependencyError, toAppError } from '../../../shared/errors/index.ts';
import { backoffMs, waitMs } from '../../../shared/node/lifecycle/index.ts';
import type { SessionOptions } from './sessionOptions.ts';

export interface ReconnectOptions extends Pick<
  SessionOptions,
  'limits' | 'now' | 'wallNow' | 'onReconnecting' | 'onFailed'
> {
  readonly connect: () => Promise<void>;
  /** Of the turn that waits. */
  readonly signal: AbortSignal;
  /** The session is closed. */
  readonly closing: AbortSignal;
  readonly onTurn: (state: TurnState) => void;
}

/** Makes a lost connection again with backoff. Rejects when the service says no for good, or not within the window. */
export async function reconnect(options: ReconnectOptions): Promise<void> {
  const { limits, now, wallNow, signal, closing } = options;
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
      return await options.connect();
    } catch (error) {
      const final = error instanceof DependencyError && !error.retryable;
      if (final || now() > deadline || closing.aborted) {
        options.onFailed(toAppError(error));
        throw error;
      }
    }
  }
}
