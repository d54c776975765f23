import { randomUUID } from 'node:crypto';
import { eventSchemas, subjectOf, type EventType } from '../../../../../shared/contracts/index.ts';
import { makeStory, type Happening } from './story.ts';

/** An event, and when the stream records it: undefined is now. */
export interface PlannedEvent {
  readonly event: Readonly<Record<string, unknown>> & {
    readonly eventId: string;
    readonly type: EventType;
    readonly sessionId: string;
  };
  readonly subject: string;
  readonly recordedMs: number | undefined;
  /** How often it is sent: once; twice under one message id, which the stream takes once; or as two messages. */
  readonly sent: 'once' | 'twice' | 'as two';
}

export interface LoadPlan {
  /** UTC day that everything of the load happened on, `2026-11-23`: the day before `nowMs`. */
  readonly day: string;
  /** Whole hours around the load. */
  readonly since: Date;
  readonly until: Date;
  /** In the order in which they are sent; every seventh was recorded up to 20 s before the one in front of it. */
  readonly onTime: readonly PlannedEvent[];
  /** Of the same minutes, to be sent after their windows were closed. */
  readonly late: readonly PlannedEvent[];
  /** Recorded now, and two days from now: both close what is over, and are in none of its windows, nor on its day. */
  readonly closing: readonly PlannedEvent[];
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/**
 * So many minutes of a team's work, around a full hour of yesterday: there are windows of both lengths, all over, and the
 * day is one that is rolled. Clocks of apps are wrong by up to eight hours, yet on that day.
 */
export function planLoad(options: {
  readonly nowMs: number;
  readonly minutes: number;
  readonly events: number;
  readonly seed: number;
}): LoadPlan {
  const { nowMs, minutes, events } = options;
  const dayStart = Math.floor(nowMs / dayMs) * dayMs - dayMs;
  const noon = dayStart + 12 * hourMs;
  const begin = noon - Math.ceil(minutes / 2) * minuteMs;
  const stepMs = (minutes * minuteMs) / events;
  const story = makeStory(options.seed);
  const plan = (happening: Happening, clockMs: number, recordedMs: number | undefined, index: number): PlannedEvent => {
    const { sessionId, seq, userId, body } = happening;
    const event = {
      ...body,
      eventId: randomUUID(),
      sessionId,
      seq,
      timestamp: new Date(clockMs).toISOString(),
      schemaVersion: 1,
      source: { app: 'spark', version: '0.0.0', host: 'analytics-demo' },
      ...(userId === undefined ? {} : { userId }),
    };
    eventSchemas[body.type].parse(event);
    return {
      event,
      subject: subjectOf({ type: body.type, sessionId }),
      recordedMs,
      sent: index % 97 === 0 ? 'twice' : index % 89 === 0 ? 'as two' : 'once',
    };
  };
  const recordedAt = (index: number): number => {
    const atMs = Math.floor(begin + index * stepMs);
    return index % 7 === 6 && index * stepMs > 20_000 ? atMs - 20_000 : atMs;
  };
  const some = (from: number, count: number, at: (index: number) => number): PlannedEvent[] =>
    Array.from({ length: count }, (_, place) => {
      const index = from + place;
      const recordedMs = at(place);
      const happening = story.next(place / count);
      return plan(happening, recordedMs + clockErrorMs(happening.sessionId), recordedMs, index);
    });
  const lateCount = Math.max(20, Math.floor(events / 100));
  const onTime = some(0, events, recordedAt);
  const lateStepMs = ((minutes - 1) * minuteMs) / lateCount;
  const late = some(events, lateCount, (place) => Math.floor(begin + place * lateStepMs));
  const closing = [undefined, nowMs + 2 * dayMs].map((recordedMs) =>
    plan(story.telemetry(), nowMs, recordedMs, events + lateCount + 1),
  );
  return {
    day: new Date(dayStart).toISOString().slice(0, 10),
    since: new Date(Math.floor(begin / hourMs) * hourMs),
    until: new Date(Math.ceil((begin + minutes * minuteMs) / hourMs) * hourMs),
    onTime,
    late,
    closing: closing.map((planned) => ({ ...planned, sent: 'once' })),
  };
}

/** Wrong by up to eight hours, the same for all of a session. */
const clockErrorMs = (sessionId: string): number => ((sessionId.charCodeAt(0) % 17) - 8) * hourMs;
