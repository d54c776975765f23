import type { ConsoleMark, UnityAdapter } from '../unity/types.ts';

/**
 * Where Unity's console stood when each call that may fill it began, as long as SPARK runs. Taken beside the call's own
 * first steps; what Unity does not tell soon is not known.
 */
export interface ConsoleMarks {
  /** Begins to take the mark of a call. */
  readonly begin: (call: Call) => void;
  /** Resolves when the call may change something: its mark is taken, or given up. */
  readonly taken: (call: Omit<Call, 'signal'>) => Promise<void>;
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
  const taking = new Map<string, Promise<void>>();
  const keyOf = (sessionId: string, callId: string): string => `${sessionId} ${callId}`;

  async function take(call: Call): Promise<void> {
    // Another state answers late or not at all.
    if (unity?.editor.status().kind !== 'ready') return;
    const signal = AbortSignal.any([call.signal, AbortSignal.timeout(limitMs)]);
    const { sessionId, callId } = call;
    const mark = await unity.markConsole({ sessionId, callId, signal }).catch(() => null);
    if (mark === null) return;
    marks.set(keyOf(sessionId, callId), mark);
    const [oldest] = marks.keys();
    if (marks.size > maxKept && oldest !== undefined) marks.delete(oldest);
  }

  return {
    begin(call) {
      const key = keyOf(call.sessionId, call.callId);
      taking.set(
        key,
        take(call).finally(() => taking.delete(key)),
      );
    },
    taken: async ({ sessionId, callId }) => await taking.get(keyOf(sessionId, callId)),
    of: (sessionId, callId) => marks.get(keyOf(sessionId, callId)) ?? null,
  };
}
