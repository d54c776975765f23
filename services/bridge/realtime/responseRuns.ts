import { randomUUID } from 'node:crypto';
import type { Connection } from './connection.ts';
import { clientEvents, type ResponseEvent, type ResponseParameters, type WireError } from './protocol/index.ts';
import {
  tagName,
  trackResponse,
  type ResponseOutcome,
  type ResponseTracker,
  type ResponseTrackerOptions,
} from './response.ts';
import type { SessionOptions } from './sessionOptions.ts';
import type { EngineHost } from './types.ts';

/**
 * The responses of one session: at most one in its conversation at a time, and beside it one out of band. Each request
 * carries a tag, which the service gives back, so that a response is never taken for another's.
 */
export interface ResponseRuns {
  /** Asks for one response and follows it to its end. An abort of `signal` cancels it. */
  readonly run: (options: {
    readonly over: Connection;
    readonly messageId: string;
    readonly signal: AbortSignal;
    /** Out of band: its text goes to nobody but the caller. */
    readonly apart?: ResponseParameters;
  }) => Promise<ResponseOutcome>;
  readonly accept: (event: ResponseEvent) => void;
  readonly refuse: (error: WireError) => void;
  /** What the conversation's response is to answer was refused: it is cancelled. False when none runs. */
  readonly unhear: (error: WireError) => boolean;
  /** The connection is gone. */
  readonly lose: () => void;
}

interface Run {
  readonly tracker: ResponseTracker;
  readonly signal: AbortSignal;
  readonly beat: () => void;
  /** Null out of band: it has its own input. */
  readonly unhear: ((error: WireError) => void) | null;
}

export function makeResponseRuns(options: Pick<SessionOptions, 'sessionId' | 'host' | 'limits'>): ResponseRuns {
  const { sessionId, host, limits } = options;
  const ended = new Set<string>();
  const runs = new Set<Run>();

  return {
    async run({ over, messageId, signal, apart }) {
      // An abort that was before is told to no listener.
      if (signal.aborted) return { kind: 'lost', text: '' };
      const eventId = `evt_${randomUUID()}`;
      let isMute = false;
      const tracker = trackResponse({
        sessionId,
        messageId,
        eventId,
        model: over.model,
        host: heardWhile(() => apart === undefined && !isMute, host),
        ended,
        isApart: apart !== undefined,
      });
      let timer = setTimeout(over.terminate, limits.stallMs);
      let unheard: WireError | null = null;
      const stop = (): void => {
        over.send(clientEvents.cancelResponse(tracker.responseId()));
        clearTimeout(timer);
        timer = setTimeout(over.terminate, limits.cancelGraceMs);
      };
      const run: Run = {
        tracker,
        signal,
        beat() {
          if (!signal.aborted && unheard === null) timer.refresh();
        },
        unhear:
          apart === undefined
            ? (error) => {
                unheard = error;
                // The service says so before it begins: what follows answers nothing that was asked.
                isMute = tracker.responseId() === null;
                stop();
              }
            : null,
      };
      runs.add(run);
      signal.addEventListener('abort', stop, { once: true });
      try {
        const request = clientEvents.createResponse(eventId, { ...apart, metadata: { [tagName]: eventId } });
        if (!over.send(request)) tracker.lose(signal.aborted);
        const outcome = await tracker.outcome;
        return unheard === null ? outcome : { kind: 'unheard', error: unheard };
      } finally {
        clearTimeout(timer);
        signal.removeEventListener('abort', stop);
        runs.delete(run);
      }
    },
    accept(event) {
      for (const { tracker, beat } of runs) {
        beat();
        tracker.accept(event);
      }
    },
    refuse(error) {
      for (const { tracker } of runs) if (tracker.eventId === error.event_id) tracker.refuse(error);
    },
    unhear(error) {
      const run = [...runs].find(({ unhear }) => unhear !== null);
      run?.unhear?.(error);
      return run !== undefined;
    },
    lose() {
      for (const { tracker, signal } of runs) tracker.lose(signal.aborted);
    },
  };
}

/** What is said goes on only while `isHeard`; what it cost always does. */
const heardWhile = (isHeard: () => boolean, host: EngineHost): ResponseTrackerOptions['host'] => ({
  onAssistantStarted: (event) => void (isHeard() && host.onAssistantStarted(event)),
  onTextDelta: (event) => void (isHeard() && host.onTextDelta(event)),
  onAudio: (event) => void (isHeard() && host.onAudio(event)),
  onAssistantDone: (event) => void (isHeard() && host.onAssistantDone(event)),
  onUsage: host.onUsage,
});
