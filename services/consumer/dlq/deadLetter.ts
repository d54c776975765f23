import { z } from 'zod';
import { parseSubject } from '../../../shared/contracts/index.ts';
import type { MessageHead } from '../../../shared/node/messaging/index.ts';
import { deadLetterHeaders as names } from '../deadLetters.ts';

/** A message of `SPARK_DLQ` as its headers tell it; its bytes stay in the stream until they are asked for. */
export interface DeadLetter {
  /** Its sequence in `SPARK_DLQ`: what a person names it by. */
  readonly id: number;
  readonly subject: string;
  /** Null when the subject is not one of an event. */
  readonly type: string | null;
  readonly sessionId: string | null;
  readonly reason: string;
  readonly detail: string;
  readonly attempts: number;
  /** ISO 8601. */
  readonly firstFailedAt: string;
  readonly lastFailedAt: string;
  /** Sequence and time in its stream; 0 and null when the dead letter does not say. */
  readonly streamSeq: number;
  readonly recordedAt: string | null;
  /** The message id that it was published with; null when it had none. */
  readonly originalId: string | null;
  readonly originalHeaders: readonly (readonly [string, string])[];
  readonly sizeBytes: number;
}

const wholeNumber = z.coerce.number().pipe(z.int().nonnegative());
const time = z.iso.datetime();
const headerPairs = z.array(z.tuple([z.string(), z.string()]));

/** Anyone who may publish to `dlq.>` may have written it: what a header does not tell has a plain default. */
export function toDeadLetter(head: Omit<MessageHead, 'sizeBytes'> & { readonly sizeBytes: number }): DeadLetter {
  const header = <T>(name: string, schema: z.ZodType<T>, otherwise: T): T => {
    const parsed = schema.safeParse(head.headers[name]);
    return parsed.success ? parsed.data : otherwise;
  };
  const subject = head.subject.slice('dlq.'.length);
  const parsed = parseSubject(subject);
  const lastFailedAt = header(names.lastFailedAt, time, head.timestamp);
  return {
    id: head.seq,
    subject,
    type: parsed.kind === 'invalid' ? null : parsed.type,
    sessionId: parsed.kind === 'invalid' ? null : parsed.sessionId,
    reason: header(names.reason, z.string().min(1), 'unknown'),
    detail: head.headers[names.detail] ?? '',
    attempts: header(names.attempts, wholeNumber, 1),
    firstFailedAt: header(names.firstFailedAt, time, lastFailedAt),
    lastFailedAt,
    streamSeq: header(names.streamSeq, wholeNumber, 0),
    recordedAt: header<string | null>(names.recordedAt, time, null),
    originalId: header<string | null>(names.originalId, z.string().min(1), null),
    originalHeaders: parseHeaders(head.headers[names.originalHeaders]),
    sizeBytes: head.sizeBytes,
  };
}

function parseHeaders(json: string | undefined): readonly (readonly [string, string])[] {
  if (json === undefined) return [];
  try {
    return headerPairs.parse(JSON.parse(json));
  } catch {
    return [];
  }
}
