import type { HeavyAnswer, HeavyChannel } from '../../../services/bridge/index.ts';

/** The part of Electron's UtilityProcess that is used. */
interface HeavyProcess {
  on(event: 'message', listener: (message: unknown) => void): unknown;
  once(event: 'exit' | 'spawn', listener: () => void): unknown;
  postMessage(message: unknown, transfer: never[]): void;
  /** False while it is not there yet. */
  kill(): boolean;
}

/** Heavy work in a process of its own: a picture that breaks its decoder breaks nothing else. */
export const openUtilityChannel = (fork: () => HeavyProcess) => (): HeavyChannel => {
  const child = fork();
  return {
    post: (request) => child.postMessage(request, []),
    onAnswer: (listener) => void child.on('message', (message) => listener(message as HeavyAnswer)),
    onEnd: (listener) => void child.once('exit', listener),
    close() {
      if (!child.kill()) child.once('spawn', () => child.kill());
    },
  };
};
