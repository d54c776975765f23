import type { RunningStandIns } from '../../../services/bridge/index.ts';
import { startAllStandIns, type StandInName } from '../../../services/sandbox/standInSet.ts';
import { AppError } from '../../../shared/errors/index.ts';
import type { Logger } from '../../../shared/node/logging/index.ts';
import { standInMessage } from './messages.ts';

/** The part of Electron's UtilityProcess that is used. */
export interface StandInProcess {
  on(event: 'message', listener: (message: unknown) => void): unknown;
  on(event: 'exit', listener: (code: number) => void): unknown;
  postMessage(message: unknown, transfer: never[]): void;
  kill(): boolean;
}

/** How long a stand-in may take to close its sockets before it is ended. */
const closeMs = 2_000;

/** Starts the sandbox's stand-ins, each in a process of its own: what they do costs the window nothing. */
export function makeUtilityStandIns(options: {
  readonly fork: (name: StandInName, folder: string) => StandInProcess;
  readonly logger: Logger;
}): (folder: string) => Promise<RunningStandIns> {
  const { fork, logger } = options;

  async function start(name: StandInName, folder: string): Promise<RunningStandIns> {
    const child = fork(name, folder);
    let isClosing = false;
    const exited = new Promise<number>((resolve) => child.on('exit', resolve));
    child.on('exit', (code) => {
      if (!isClosing) logger.error({ name, code }, 'a stand-in ended; turn the sandbox off and on again');
    });
    const told = new Promise<unknown>((resolve) => child.on('message', resolve));
    const first = standInMessage.safeParse(await Promise.race([told, exited]));
    if (!first.success || first.data.kind === 'failed') {
      isClosing = true;
      child.kill();
      const why = first.success && first.data.kind === 'failed' ? first.data.message : 'its process ended';
      throw new AppError('stack_failed', `The sandbox was not started: the stand-in of ${name} failed (${why}).`);
    }
    return {
      env: first.data.env,
      async close() {
        isClosing = true;
        const force = setTimeout(() => child.kill(), closeMs);
        child.postMessage('close', []);
        await exited;
        clearTimeout(force);
      },
    };
  }

  return (folder) => startAllStandIns(folder, start);
}
