import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { HeavyAnswer, HeavyRequest } from './serve.ts';

/** A thread or a process that does heavy work. */
export interface HeavyChannel {
  readonly post: (request: HeavyRequest) => void;
  readonly onAnswer: (listener: (answer: HeavyAnswer) => void) => void;
  /** Once, however it ended. */
  readonly onEnd: (listener: () => void) => void;
  readonly close: () => void;
}
export type OpenHeavyChannel = () => HeavyChannel;

/** A thread of this process, started from the sources. It keeps no program alive. */
export function openWorkerThread(): HeavyChannel {
  const worker = new Worker(join(import.meta.dirname, 'worker.ts'));
  worker.unref();
  // Its end follows; without a listener an error would be one of the whole program.
  worker.on('error', () => undefined);
  return {
    post: (request) => worker.postMessage(request, []),
    onAnswer: (listener) => void worker.on('message', listener),
    onEnd: (listener) => void worker.once('exit', listener),
    close: () => void worker.terminate(),
  };
}
