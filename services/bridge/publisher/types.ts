/** What the publisher needs of JetStream; the bridge gives it the one of `shared/node/messaging`. */
export interface EventStream {
  /** Resolves with the acknowledgement. Rejects with a DependencyError; `retryable: false` means that this event is refused. */
  readonly publish: (message: {
    readonly subject: string;
    readonly messageId: string;
    readonly bytes: Uint8Array;
  }) => Promise<{ readonly streamSeq: number }>;
  /**
   * Keeps a frame's bytes under their SHA-256; the same name again is no error. `no_room` is no reason to wait: the event
   * goes without them. Rejects with a DependencyError.
   */
  readonly putFrame: (sha256: string, bytes: Uint8Array) => Promise<{ readonly stored: 'now' | 'before' | 'no_room' }>;
}

export type PublisherStatus =
  | { readonly kind: 'off' }
  | { readonly kind: 'idle'; readonly latencyMs: number | null }
  | { readonly kind: 'publishing' }
  | { readonly kind: 'waiting'; readonly detail: string; readonly retryInMs: number };

export interface Publisher {
  readonly status: () => PublisherStatus;
  readonly onStatus: (listener: (status: PublisherStatus) => void) => () => void;
  /** Frames that the store had no room for since it took one last; 0 while it takes them. */
  readonly framesNotKept: () => number;
  /** NATS is back: does not wait for the end of the current pause. */
  readonly retryNow: () => void;
  /** Sends what is there; returns when the outbox is empty or `signal` aborts. */
  readonly flush: (signal: AbortSignal) => Promise<void>;
  readonly close: () => Promise<void>;
}
