import type { Logger } from '../logging/index.ts';

/**
 * Owns what a program opened. Whoever opens a resource registers its release at once; shutdown runs releases last in,
 * first out, awaited, all under one deadline, and aborts `signal` first so that work in flight ends.
 */
export interface Lifecycle {
  /** Aborted when shutdown begins. */
  readonly signal: AbortSignal;
  /** Registers a release; returns a function that releases it now (once) and forgets it. */
  own(name: string, release: () => Promise<void> | void): () => Promise<void>;
  /** Runs every release; safe to call twice (the second call waits for the first). Never rejects. */
  shutdown(reason: string): Promise<ShutdownReport>;
}

export interface ShutdownReport {
  readonly reason: string;
  readonly released: readonly string[];
  readonly failed: readonly string[];
  /** What had not ended when the deadline passed. */
  readonly abandoned: readonly string[];
}

interface Entry {
  readonly name: string;
  readonly release: () => Promise<void> | void;
}

export function makeLifecycle(options: { readonly logger: Logger; readonly deadlineMs?: number }): Lifecycle {
  const { logger, deadlineMs = 10_000 } = options;
  const controller = new AbortController();
  const entries: Entry[] = [];
  let running: Promise<ShutdownReport> | undefined;

  async function releaseAll(reason: string): Promise<ShutdownReport> {
    controller.abort(new Error(`shutdown: ${reason}`));
    const deadline = Date.now() + deadlineMs;
    const released: string[] = [];
    const failed: string[] = [];
    const abandoned: string[] = [];
    for (let entry = entries.pop(); entry !== undefined; entry = entries.pop()) {
      const outcome = await releaseWithin(entry, Math.max(deadline - Date.now(), 50), logger);
      if (outcome === 'released') released.push(entry.name);
      else if (outcome === 'failed') failed.push(entry.name);
      else abandoned.push(entry.name);
    }
    if (abandoned.length > 0) logger.warn({ abandoned, deadlineMs }, 'shutdown left resources at its deadline');
    return { reason, released, failed, abandoned };
  }

  return {
    signal: controller.signal,
    own(name, release) {
      const entry: Entry = { name, release };
      entries.push(entry);
      return async () => {
        const index = entries.indexOf(entry);
        if (index === -1) return;
        entries.splice(index, 1);
        await entry.release();
      };
    },
    shutdown(reason) {
      running ??= releaseAll(reason);
      return running;
    },
  };
}

async function releaseWithin(entry: Entry, ms: number, logger: Logger): Promise<'released' | 'failed' | 'abandoned'> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'abandoned'>((resolve) => {
    timer = setTimeout(resolve, ms, 'abandoned');
  });
  const work = (async () => {
    try {
      await entry.release();
      return 'released';
    } catch (error) {
      logger.error({ err: error, resource: entry.name }, 'a resource could not be released');
      return 'failed';
    }
  })();
  const outcome = await Promise.race([work, late]);
  clearTimeout(timer);
  return outcome;
}
