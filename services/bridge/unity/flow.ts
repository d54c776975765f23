import { AsyncLocalStorage } from 'node:async_hooks';

/**
 * For whom work is done, known to everything that the work calls: the session (its project is what may be written to),
 * and where to say what a call waits for. What belongs to no session (looks at the editor) has no flow.
 */
export interface Flow {
  readonly sessionId: string;
  /** What the call waits for, in a few words; null when it goes on. */
  readonly onWait: ((what: string | null) => void) | undefined;
}

export interface Flows {
  readonly during: <T>(flow: Flow, work: () => Promise<T>) => Promise<T>;
  readonly current: () => Flow | undefined;
  /** Begins a wait; it is told only when it lasts, so that a busy moment is no flicker. */
  readonly wait: (what: () => string) => Wait;
}

export interface Wait {
  /** What is waited for may be something else now. */
  readonly changed: () => void;
  readonly over: () => void;
}

const worthTellingMs = 300;

export function makeFlows(): Flows {
  const flows = new AsyncLocalStorage<Flow>();
  return {
    during: (flow, work) => flows.run(flow, work),
    current: () => flows.getStore(),
    wait(what) {
      const onWait = flows.getStore()?.onWait;
      if (onWait === undefined) return silent;
      let told: string | null = null;
      let lasts = false;
      const tell = (next: string | null): void => {
        if (next === told) return;
        told = next;
        onWait(next);
      };
      const timer = setTimeout(() => {
        lasts = true;
        tell(what());
      }, worthTellingMs);
      return {
        changed: () => {
          if (lasts) tell(what());
        },
        over: () => {
          clearTimeout(timer);
          lasts = false;
          tell(null);
        },
      };
    },
  };
}

const silent: Wait = { changed: () => undefined, over: () => undefined };
