import { toAppError } from '../../../shared/errors/index.ts';

/** After an abort a handler gets this long to say what became of its work. */
export const abortGraceMs = 5_000;

/** Waits for the work; once aborted, no longer than the grace time: then it rejects with the signal's reason. */
export function withGrace<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  let timer: NodeJS.Timeout | undefined;
  const onAbort = (): void => {
    timer = setTimeout(() => reject(toAppError(signal.reason)), abortGraceMs);
  };
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });
  work.then(resolve, reject).finally(() => {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  });
  return promise;
}
