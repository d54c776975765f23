import type { Decision } from '../../../shared/contracts/index.ts';

/** Calls that wait for the developer. A decision is taken once; a second one finds nobody waiting. */
export interface Approvals {
  /** Resolves with the decision; rejects with the signal's reason when the call is cancelled meanwhile. */
  readonly wait: (sessionId: string, callId: string, signal: AbortSignal) => Promise<Decision>;
  /** False when no such call waits. */
  readonly decide: (sessionId: string, callId: string, decision: Decision) => boolean;
}

export function makeApprovals(): Approvals {
  const waiting = new Map<string, (decision: Decision) => void>();
  const keyOf = (sessionId: string, callId: string): string => `${sessionId} ${callId}`;
  return {
    wait(sessionId, callId, signal) {
      const key = keyOf(sessionId, callId);
      const { promise, resolve, reject } = Promise.withResolvers<Decision>();
      const onAbort = (): void => {
        waiting.delete(key);
        reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
      };
      if (signal.aborted) onAbort();
      else {
        signal.addEventListener('abort', onAbort, { once: true });
        waiting.set(key, (decision) => {
          signal.removeEventListener('abort', onAbort);
          resolve(decision);
        });
      }
      return promise;
    },
    decide(sessionId, callId, decision) {
      const key = keyOf(sessionId, callId);
      const settle = waiting.get(key);
      if (settle === undefined) return false;
      waiting.delete(key);
      settle(decision);
      return true;
    },
  };
}
