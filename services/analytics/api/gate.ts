import { DependencyError } from '../../../shared/errors/index.ts';

/** Lets so many works run at once and so many wait; whoever comes then is told so instead of waiting for long. */
export function makeGate(limits: { readonly running: number; readonly waiting: number }) {
  let running = 0;
  const queue: (() => void)[] = [];
  return async <T>(work: () => Promise<T>): Promise<T> => {
    if (running >= limits.running) {
      if (queue.length >= limits.waiting) {
        throw new DependencyError('busy', 'Too many questions at once. Ask again in a moment.', { retryable: true });
      }
      // Whoever ends hands on its place.
      await new Promise<void>((resolve) => queue.push(resolve));
    } else running += 1;
    try {
      return await work();
    } finally {
      const next = queue.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}
