/** Whose call it is, and what ends it. */
export interface CallContext {
  readonly sessionId: string;
  readonly callId: string | null;
  readonly signal: AbortSignal;
  /** Told what the call waits for (`waits for Unity: compiling`, `behind 2 calls`), null when it goes on. */
  readonly onWait?: (what: string | null) => void;
}
