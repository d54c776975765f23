import { retryUntilAborted } from '../../shared/node/lifecycle/index.ts';
import type { Logger } from '../../shared/node/logging/index.ts';
import type { NatsLink, Pull, SetupChanges } from '../../shared/node/messaging/index.ts';

/**
 * Sets up what is pulled from, pulls, and begins anew whenever that ends: NATS was away, the durable was deleted.
 * Resolves when `signal` aborts; rejects with what no repetition mends.
 */
export async function pullUntilAborted(needs: {
  readonly link: NatsLink;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  /** Stream and durable, made or brought up to date. */
  readonly setUp: () => Promise<SetupChanges>;
  readonly startPull: () => Promise<Pull>;
  readonly onPulling: (pulling: boolean) => void;
  /** It is tried again. */
  readonly onInterrupted: () => void;
}): Promise<void> {
  const { link, logger, signal, setUp, startPull, onPulling, onInterrupted } = needs;

  async function pullOnce(): Promise<void> {
    await link.ready(signal);
    for (const change of await setUp()) logger.info({ change }, 'NATS was set up');
    const pull = await startPull();
    const stopPull = (): void => void pull.stop();
    signal.addEventListener('abort', stopPull, { once: true });
    if (signal.aborted) stopPull();
    onPulling(true);
    try {
      await pull.ended;
    } finally {
      onPulling(false);
      signal.removeEventListener('abort', stopPull);
    }
    signal.throwIfAborted();
    throw new Error('the pull ended by itself');
  }

  await retryUntilAborted(pullOnce, {
    signal,
    isRetryable: () => true,
    capMs: 5_000,
    onRetry: (error) => {
      onInterrupted();
      logger.warn({ err: error }, 'pulling from NATS was interrupted; it starts again');
    },
  }).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
}
