import type { JournalTables } from '../journal/index.ts';
import type { ConsoleMark, UnityAdapter } from '../unity/types.ts';

/**
 * Where Unity's console stood when each call that may fill it was about to begin its work. What Unity does not tell soon
 * is not known.
 */
export interface ConsoleMarks {
  /** Resolves when the call may change something: its mark is kept, or given up. Never rejects. */
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

export function makeConsoleMarks({
  unity,
  marks,
}: {
  readonly unity: UnityAdapter | null;
  readonly marks: JournalTables['consoleMarks'];
}): ConsoleMarks {
  return {
    async take({ sessionId, callId, signal: given }) {
      // Another state answers late or not at all.
      if (unity?.editor.status().kind !== 'ready') return;
      const signal = AbortSignal.any([given, AbortSignal.timeout(limitMs)]);
      try {
        const mark = await unity.markConsole({ sessionId, callId, signal });
        if (mark !== null) marks.keep(sessionId, callId, mark);
      } catch {
        // The call goes on without a mark.
      }
    },
    of: (sessionId, callId) => marks.get(sessionId, callId),
  };
}
