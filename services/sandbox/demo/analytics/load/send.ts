import { randomUUID } from 'node:crypto';
import { subjectOf } from '../../../../../shared/contracts/index.ts';
import type { JetStreamPublisher, OutgoingMessage } from '../../../../../shared/node/messaging/index.ts';
import { recordedAtHeader } from '../../timedConsumer/recordedAt.ts';
import type { PlannedEvent } from './plan.ts';

/** Messages on their way at once. */
const atOnce = 500;

/** Sends the events in their order and resolves when JetStream has all of them; `as two` and `twice` as planned. */
export async function sendEvents(
  { publish }: JetStreamPublisher,
  events: readonly PlannedEvent[],
  signal: AbortSignal,
): Promise<void> {
  const messages = events.flatMap(messagesOf);
  for (let at = 0; at < messages.length; at += atOnce) {
    signal.throwIfAborted();
    await Promise.all(messages.slice(at, at + atOnce).map((message) => publish({ ...message, signal })));
  }
}

function messagesOf({ event, subject, recordedMs, sent }: PlannedEvent): readonly OutgoingMessage[] {
  const headers = recordedMs === undefined ? {} : { [recordedAtHeader]: new Date(recordedMs).toISOString() };
  const message = { subject, bytes: Buffer.from(JSON.stringify(event)), headers };
  const first = { ...message, id: event.eventId };
  if (sent === 'once') return [first];
  return [first, sent === 'twice' ? first : { ...message, id: randomUUID() }];
}

/** What no version of the contract takes: it becomes a dead letter. */
export async function sendWrong({ publish }: JetStreamPublisher): Promise<void> {
  const subject = subjectOf({ type: 'telemetry', sessionId: randomUUID() });
  await publish({ subject, id: randomUUID(), bytes: Buffer.from('{"value":') });
}
