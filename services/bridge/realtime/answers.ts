import { items, type WireCall } from './protocol/index.ts';
import { cutOutput, picturesOf } from './replay.ts';
import type { SessionLink } from './sessionLinkTypes.ts';
import type { SessionOptions } from './sessionOptions.ts';
import { answerOf, cancelled, toTurnCall, type NotRun, type Turn } from './turn.ts';
import type { TurnLimits } from './turnLimits.ts';

/** Gives every call of a session its one answer. */
export interface Answers {
  /**
   * Runs the calls side by side (the host orders writes) and sends each output as soon as it is there, so that one that
   * waits for the developer holds up no other; pictures follow when all outputs are out. `instead`: nothing is run;
   * the host keeps the calls with this answer.
   */
  readonly give: (
    turn: Turn,
    calls: readonly WireCall[],
    options: { readonly instead?: NotRun; readonly limits?: TurnLimits },
  ) => Promise<void>;
}

export function makeAnswers(
  options: Pick<SessionOptions, 'sessionId' | 'host' | 'limits'> & { readonly link: SessionLink },
): Answers {
  const { sessionId, host, link } = options;

  return {
    async give(turn, calls, { instead, limits }) {
      const { signal } = turn.controller;
      const open = calls.map(toTurnCall);
      turn.calls.push(...open);
      await Promise.all(
        open.map(async (call) => {
          const { callId, name, argumentsJson } = call;
          const asked = { sessionId, callId, name, argumentsJson };
          const notRun = instead ?? (signal.aborted ? cancelled : null);
          const answer =
            notRun === null
              ? await answerOf(host.onFunctionCall(asked, signal), signal, options.limits.cancelGraceMs)
              : await host.onCallNotRun({ ...asked, error: notRun });
          call.output = cutOutput(answer.output, name);
          call.images = answer.images ?? [];
          limits?.count(name, answer.failure);
          link.add(items.output(callId, call.output));
        }),
      );
      for (const { name, images } of open) if (images.length > 0) link.add(picturesOf(name, images));
    },
  };
}
