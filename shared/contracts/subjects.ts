import { isEventType, type EventType } from './events.ts';
import { sessionIdSchema } from './ids.ts';

export const streamName = 'SPARK';
export const streamSubjects = ['spark.>'] as const;
export const deadLetterStreamName = 'SPARK_DLQ';
export const alertStreamName = 'SPARK_ALERTS';
export const alertSubjects = ['alerts.spark.>'] as const;
/** Dead letters of events, and of alerts that cannot be kept. */
export const deadLetterSubjects = ['dlq.spark.>', 'dlq.alerts.spark.>'] as const;
export const durableName = 'spark-nats-consumer';
/** Of the same program, on `SPARK_ALERTS`. */
export const alertDurableName = 'spark-alert-keeper';
export const framesBucket = 'SPARK_FRAMES';

/** The subject of an event: `spark.{type}.{sessionId}`. Throws a TypeError when the session id is not a UUID. */
export function subjectOf(event: { readonly type: string; readonly sessionId: string }): string {
  if (!sessionIdSchema.safeParse(event.sessionId).success) {
    throw new TypeError(`A subject needs a session id that is a UUID, not ${JSON.stringify(event.sessionId)}.`);
  }
  return `spark.${event.type}.${event.sessionId}`;
}

export type ParsedSubject =
  | { readonly kind: 'known'; readonly type: EventType; readonly sessionId: string }
  | { readonly kind: 'unknown_type'; readonly type: string; readonly sessionId: string }
  | { readonly kind: 'invalid' };

/** Reads type and session id back from a subject on stream `SPARK`. */
export function parseSubject(subject: string): ParsedSubject {
  const match = /^spark\.(.+)\.([^.]+)$/.exec(subject);
  const type = match?.[1];
  const sessionId = match?.[2];
  if (type === undefined || sessionId === undefined || !sessionIdSchema.safeParse(sessionId).success) {
    return { kind: 'invalid' };
  }
  return isEventType(type) ? { kind: 'known', type, sessionId } : { kind: 'unknown_type', type, sessionId };
}

/**
 * NATS ends the connection of a program whose control line has more than 4,096 bytes. A subject that just fits would not
 * fit behind `dlq.`, and its dead letter would cost the consumer its connection for ever.
 */
const longestDeadLetterSubject = 1_000;

/** Where a message that cannot become a row goes: `dlq.` before its original subject, cut when that is very long. */
export const deadLetterSubjectOf = (subject: string): string =>
  `dlq.${subject.slice(0, longestDeadLetterSubject).replace(/\.+$/, '')}`;
