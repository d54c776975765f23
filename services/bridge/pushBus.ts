import type { PushedEvent } from '../../shared/contracts/index.ts';
import type { Logger } from '../../shared/node/logging/index.ts';

/** Sends an event to every window. */
export type Push = (event: PushedEvent) => void;

/** Pushed events to every window. A listener that throws is logged and stops nobody else. */
export interface PushBus {
  readonly push: Push;
  readonly subscribe: (listener: (event: PushedEvent) => void) => () => void;
}

export function makePushBus(options: {
  readonly logger: Logger;
  /** Told how many listen, at every change. */
  readonly onListeners: (count: number) => void;
}): PushBus {
  const listeners = new Set<(event: PushedEvent) => void>();
  return {
    push(event) {
      for (const listener of listeners) {
        try {
          listener(event);
        } catch (error) {
          options.logger.error({ err: error, event: event.name }, 'a listener of pushed events failed');
        }
      }
    },
    subscribe(listener) {
      // A wrapper, so that the same function may listen twice.
      const own = (event: PushedEvent): void => {
        listener(event);
      };
      listeners.add(own);
      options.onListeners(listeners.size);
      return () => {
        if (listeners.delete(own)) options.onListeners(listeners.size);
      };
    },
  };
}
