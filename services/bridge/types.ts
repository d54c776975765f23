import type { ApiHandlers, PushedEvent } from '../../shared/contracts/index.ts';

/**
 * SparkBridge as its hosts see it (`electron/main`, `services/web`): the handlers of every route, and the pushed events.
 */
export interface SparkBridge {
  readonly api: ApiHandlers;
  /** Pushed events from now on; returns the unsubscribe function. */
  readonly subscribe: (listener: (event: PushedEvent) => void) => () => void;
  /** Whether the window may open a microphone now. */
  readonly isVoiceOn: () => boolean;
  /** Why SPARK should not end now (a build, a write whose outcome is not known, an answer, voice); null when it may. */
  readonly whyBusy: () => string | null;
  /** The machine slept: connections of before are dead, and nobody tells. Each is looked at now instead of at its next turn. */
  readonly wake: () => void;
  /** Finishes what runs, flushes the outbox as far as the deadline allows, closes the journal last. */
  readonly close: () => Promise<void>;
}
