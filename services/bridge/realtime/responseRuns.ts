import { randomUUID } from 'node:crypto';
import type { Connection } from './connection.ts';
import { clientEvents, type ResponseEvent, type ResponseParameters, type WireError } from './protocol/index.ts';
import { tagName, trackResponse, type ResponseOutcome, type ResponseTracker } from './response.ts';
import type { SessionOptions } from './sessionOptions.ts';

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
  /** The connection is gone. */
  readonly lose: () => void;
}

interface Run {
  readonly tracker: ResponseTracker;
  readonly signal: AbortSignal;
  readonly beat: () => void;
}

export function makeResponseRuns(options: Pick<SessionOptions, 'sessionId' | 'host' | 'limits'>): ResponseRuns {
  const { sessionId, host, limits } = options;
  const ended = new Set<string>();
  const runs = new Set<Run>();

  return {
    async run({ over, messageId, signal, apart }) {
      const eventId = `evt_${randomUUID()}`;
      const tracker = trackResponse({
        sessionId,
        messageId,
        eventId,
        model: over.model,
        host: apart === undefined ? host : { ...silent, onUsage: host.onUsage },
        ended,
        isApart: apart !== undefined,
      });
      let timer = setTimeout(over.terminate, limits.stallMs);
      const onAbort = (): void => {
        over.send(clientEvents.cancelResponse(tracker.responseId()));
        clearTimeout(timer);
        timer = setTimeout(over.terminate, limits.cancelGraceMs);
      };
      const run: Run = {
        tracker,
        signal,
        beat() {
          if (!signal.aborted) timer.refresh();
        },
      };
      runs.add(run);
      signal.addEventListener('abort', onAbort, { once: true });
      try {
        const request = clientEvents.createResponse(eventId, { ...apart, metadata: { [tagName]: eventId } });
        if (!over.send(request)) tracker.lose(signal.aborted);
        return await tracker.outcome;
      } finally {
        clearTimeout(timer);
        signal.removeEventListener('abort', onAbort);
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
    lose() {
      for (const { tracker, signal } of runs) tracker.lose(signal.aborted);
    },
  };
}

const silent = {
  onAssistantStarted: () => undefined,
  onTextDelta: () => undefined,
  onAudio: () => undefined,
  onAssistantDone: () => undefined,
};
