import type { ConsoleMark, UnityAdapter } from '../unity/types.ts';

/**
 * Where Unity's console stood when each call that may fill it was about to begin its work, as long as SPARK runs. What
 * Unity does not tell soon is not known.
 */
export interface ConsoleMarks {
  /** Resolves when the call may change something: its mark is taken, or given up. Never rejects. */
  readonly take: (call: Call) => Promise<void>;
  /** Null when the place is not known. */
  readonly of: (sessionId: string, callId: string) => ConsoleMark | null;
}
interface Call {
  readonly sessionId: string;
  readonly callId: string;
  readonly signal: AbortSignal;
}

/** A mark is no reason to keep a write waiting. */
const limitMs = 2_000;
const maxKept = 500;

export function makeConsoleMarks({ unity }: { readonly unity: UnityAdapter | null }): ConsoleMarks {
  const marks = new Map<string, ConsoleMark>();
  const keyOf = (sessionId: string, callId: string): string => `${sessionId} ${callId}`;

  return {
    async take({ sessionId, callId, signal: given }) {
      // Another state answers late or not at all.
      if (unity?.editor.status().kind !== 'ready') return;
      const signal = AbortSignal.any([given, AbortSignal.timeout(limitMs)]);
      const mark = await unity.markConsole({ sessionId, callId, signal }).catch(() => null);
      if (mark === null) return;
      marks.set(keyOf(sessionId, callId), mark);
      const [oldest] = marks.keys();
      if (marks.size > maxKept && oldest !== undefined) marks.delete(oldest);
    },
    of: (sessionId, callId) => marks.get(keyOf(sessionId, callId)) ?? null,
  };
}
