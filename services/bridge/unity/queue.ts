import { AppError } from '../../../shared/errors/index.ts';

/**
 * One at a time, in the order of arrival. Unity's plugin works on one command at a time and still carries out what it
 * reads late, so a second call in flight would only age in its socket. Bounded, so that a blocked editor cannot pile up
 * work; a waiting entry can be cancelled, a running one ends by its own signal.
 */
export interface Queue {
  /** Rejects with `unity_busy` when full, `cancelled` when aborted or closed while waiting. */
  readonly run: <T>(work: () => Promise<T>, signal?: AbortSignal) => Promise<T>;
  /** Running and waiting. */
  readonly size: () => number;
  /** Refuses new work, cancels what waits, resolves when what runs has ended. */
  readonly close: () => Promise<void>;
}

interface Waiting {
  readonly start: () => void;
  readonly refuse: (error: AppError) => void;
}

export function makeQueue(options: { readonly limit: number }): Queue {
  const waiting: Waiting[] = [];
  let running = false;
  let closed = false;
  let idle: (() => void) | undefined;

  function next(): void {
    const entry = waiting.shift();
    running = entry !== undefined;
    if (entry !== undefined) entry.start();
    else idle?.();
  }

  function turn(signal: AbortSignal | undefined): Promise<void> {
    if (!running) {
      running = true;
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        waiting.splice(waiting.indexOf(entry), 1);
        reject(cancelled());
      };
      const entry: Waiting = {
        start: () => {
          signal?.removeEventListener('abort', leave);
          resolve();
        },
        refuse: (error) => {
          signal?.removeEventListener('abort', leave);
          reject(error);
        },
      };
      waiting.push(entry);
      signal?.addEventListener('abort', leave, { once: true });
    });
  }

  return {
    async run(work, signal) {
      if (closed || signal?.aborted === true) throw cancelled();
      if (waiting.length >= options.limit) {
        throw new AppError('unity_busy', 'Too many calls wait for Unity. Wait for some of them to end.', {
          data: { waiting: waiting.length },
        });
      }
      await turn(signal);
      try {
        return await work();
      } finally {
        next();
      }
    },
    size: () => waiting.length + (running ? 1 : 0),
    async close() {
      closed = true;
      for (const entry of waiting.splice(0)) entry.refuse(cancelled());
      if (running) await new Promise<void>((resolve) => (idle = resolve));
    },
  };
}

const cancelled = (): AppError => new AppError('cancelled', 'Cancelled before it was sent to Unity.');
