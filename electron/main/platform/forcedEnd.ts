import process from 'node:process';
import { Worker } from 'node:worker_threads';
import type { Logger } from '../../../shared/node/logging/index.ts';

/** More than the lifecycle's deadline and the end of the log together. */
export const forcedEndMs = 15_000;

/**
 * From now on this process ends within `afterMs`, whatever holds it: a thread of its own kills it, which a main thread that
 * is blocked (a tray without its desktop, a loop) or a window that never closes cannot keep from doing so. Nothing takes it
 * back: it is armed when quitting begins, and a process that ends in time takes it along.
 */
export function armForcedEnd(logger: Pick<Logger, 'warn'>, afterMs = forcedEndMs): void {
  const kill = `process.kill(process.pid, 'SIGKILL')`;
  try {
    const thread = new Worker(`setTimeout(() => ${kill}, ${afterMs})`, { eval: true });
    thread.on('error', (error) => logger.warn({ err: error }, 'the thread that ends SPARK by force failed'));
    thread.unref();
  } catch (error) {
    // Less sure: it needs this thread to be free.
    logger.warn({ err: error }, 'no thread to end SPARK by force; a timer does it');
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), afterMs).unref();
  }
}
