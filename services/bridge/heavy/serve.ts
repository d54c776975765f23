import { AppError } from '../../../shared/errors/index.ts';
import { runHeavyTask, type HeavyTask } from './tasks.ts';

/** What goes to the other thread or process, and what comes back. */
export interface HeavyRequest {
  readonly id: number;
  readonly task: HeavyTask;
}
export type HeavyAnswer =
  | { readonly id: number; readonly ok: true; readonly value: unknown }
  | {
      readonly id: number;
      readonly ok: false;
      readonly why: string;
      /** Null when the task threw something else than an AppError. */
      readonly error: Pick<AppError, 'code' | 'message' | 'data'> | null;
    };

/** Answers requests until the channel ends; an error of one is its answer. */
export function serveHeavyTasks(port: {
  readonly post: (answer: HeavyAnswer) => void;
  readonly onRequest: (listener: (request: HeavyRequest) => void) => void;
}): void {
  port.onRequest(({ id, task }) => {
    runHeavyTask(task).then(
      (value) => port.post({ id, ok: true, value }),
      (error: unknown) => {
        const why = error instanceof Error ? error.message : String(error);
        port.post({
          id,
          ok: false,
          why,
          error: error instanceof AppError ? { code: error.code, message: error.message, data: error.data } : null,
        });
      },
    );
  });
}
