import type { Lifecycle } from '../../../shared/node/lifecycle/index.ts';
import type { Logger } from '../../../shared/node/logging/index.ts';

/** The part of Electron's App that is used to quit. */
export interface QuittingApp {
  on(event: 'before-quit', listener: (event: { preventDefault(): void }) => void): unknown;
  exit(code: number): void;
}

/**
 * Quits in order: whatever asks the app to quit (menu, last window, signal, the system) is held back until everything
 * that was opened is released, under the lifecycle's deadline; then the process ends, whatever is left, by force where it
 * must be. `release` does the first half for an update; the next quit is then not held back.
 */
export function quitInOrder(options: {
  readonly app: QuittingApp;
  readonly lifecycle: Lifecycle;
  readonly logger: Logger;
  /** Called when quitting begins, before anything is released: from then on the process ends, whatever holds it. */
  readonly armForcedEnd: () => void;
  /** What is closed after everything else: the file of the log. */
  readonly lastWords?: () => Promise<void>;
}): { readonly release: () => Promise<void> } {
  const { app, lifecycle, logger } = options;
  let isQuitting = false;
  let isReleased = false;
  app.on('before-quit', (event) => {
    // Everything was released for an installer, which ends the app in its own way.
    if (isReleased) return options.armForcedEnd();
    event.preventDefault();
    if (isQuitting) return;
    isQuitting = true;
    options.armForcedEnd();
    void (async () => {
      const report = await lifecycle.shutdown('quit');
      logger.info({ failed: report.failed, abandoned: report.abandoned }, 'SPARK has ended');
      await options.lastWords?.();
      app.exit(0);
    })();
  });
  return {
    async release() {
      isQuitting = true;
      await lifecycle.shutdown('update');
      isReleased = true;
    },
  };
}
