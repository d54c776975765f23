/** The call whose change was settled; `callId` is null for a change that belongs to none. */
export interface OfCall {
  readonly sessionId: string;
  readonly callId: string | null;
}

/** Those who are told of settlements. */
export function makeListeners() {
  const listeners = new Set<(call: OfCall) => void>();
  return {
    /** Returns the unsubscribe function. */
    add(listener: (call: OfCall) => void): () => void {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    tell(call: OfCall): void {
      for (const listener of listeners) listener(call);
    },
  };
}
