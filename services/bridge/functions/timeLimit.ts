import { AppError } from '../../../shared/errors/index.ts';

/** A call's time limit; it stands still while the developer decides. */
export interface TimeLimit {
  /** Aborts with the parent, or with AppError `timeout`. */
  readonly signal: AbortSignal;
  readonly pause: () => void;
  readonly resume: () => void;
  readonly stop: () => void;
}

export function makeTimeLimit(limitMs: number, parent: AbortSignal): TimeLimit {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const pause = (): void => {
    clearTimeout(timer);
  };
  const resume = (): void => {
    pause();
    timer = setTimeout(() => {
      controller.abort(
        new AppError('timeout', `Not finished within ${Math.round(limitMs / 1_000)} s. It was stopped.`, {
          data: { limitMs },
        }),
      );
    }, limitMs);
  };
  resume();
  return { signal: AbortSignal.any([parent, controller.signal]), pause, resume, stop: pause };
}
