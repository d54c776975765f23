import type { StreamMessage } from '../../../../shared/node/messaging/index.ts';

/** Says, in ISO 8601, when the stream would have recorded a message that had been sent in its time. */
export const recordedAtHeader = 'Spark-Demo-Recorded-At';

/** The message as if the stream had recorded it then; itself without that header, or with one that is no time. */
export function asRecorded(message: StreamMessage): StreamMessage {
  const timeMs = Date.parse(message.header(recordedAtHeader) ?? '');
  if (Number.isNaN(timeMs)) return message;
  return {
    subject: message.subject,
    data: message.data,
    seq: message.seq,
    timeMs,
    deliveries: message.deliveries,
    redelivered: message.redelivered,
    header: (name) => message.header(name),
    headers: () => message.headers(),
    ack: () => message.ack(),
    nak: (delayMs) => message.nak(delayMs),
    working: () => message.working(),
    term: (reason) => message.term(reason),
  };
}
