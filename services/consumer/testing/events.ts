import { v7 as uuidv7 } from 'uuid';
import { subjectOf, type EventBody, type EventType } from '../../../shared/contracts/index.ts';
import type { OutgoingMessage } from '../../../shared/node/messaging/index.ts';

/** An event as the app publishes it. */
export function makeMessage<T extends EventType>(
  body: EventBody<T> & { readonly type: T },
  envelope: { readonly sessionId: string; readonly seq: number },
): OutgoingMessage & { readonly event: Readonly<Record<string, unknown>> } {
  const event = {
    ...body,
    ...envelope,
    eventId: uuidv7(),
    timestamp: new Date().toISOString(),
    schemaVersion: 1,
    source: { app: 'spark', version: '0.0.0', host: 'test' },
  };
  return {
    subject: subjectOf({ type: body.type, sessionId: envelope.sessionId }),
    id: event.eventId,
    bytes: Buffer.from(JSON.stringify(event)),
    event,
  };
}

export const telemetry = (sessionId: string, seq: number) =>
  makeMessage({ type: 'telemetry', name: 'frame_time', value: seq, unit: 'ms' }, { sessionId, seq });
