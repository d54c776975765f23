import {
  envelopeSchema,
  eventSchemas,
  eventSchemaVersion,
  maxEventBytes,
  parseSubject,
  seedEnvelopeSchema,
  type SparkEvent,
} from '../../../../shared/contracts/index.ts';
import { issuesOf } from '../../../../shared/errors/index.ts';

/**
 * `event`: right, and rules may look at it. `kept`: right by its envelope, and nothing for rules: a type that is not known
 * here, a newer schema, or the seed's payload without an id. `refused`: the reason has the consumer's name for it.
 */
export type Verdict =
  | { readonly kind: 'event'; readonly event: SparkEvent }
  | { readonly kind: 'kept'; readonly why: KeptReason }
  | { readonly kind: 'refused'; readonly reason: RefusalReason; readonly detail: string };

export type KeptReason = 'unknown_type' | 'newer_schema' | 'seed_payload';
type RefusalReason =
  | 'invalid_subject'
  | 'too_large'
  | 'invalid_utf8'
  | 'invalid_json'
  | 'invalid_envelope'
  | 'invalid_event'
  | 'subject_mismatch';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * The schemas that the consumer checks with, on the bytes as they were sent; a test compares the two. What only concerns
 * storing (texts that PostgreSQL does not take, times out of range) is the consumer's alone. Never throws.
 */
export function decodeEvent(message: { readonly subject: string; readonly data: Uint8Array }): Verdict {
  const subject = parseSubject(message.subject);
  if (subject.kind === 'invalid') return refuse('invalid_subject', 'the subject is not spark.{type}.{session UUID}');
  if (message.data.byteLength > maxEventBytes) return refuse('too_large', `${message.data.byteLength} bytes`);
  const read = readJson(message.data);
  if ('kind' in read) return read;

  const base = seedEnvelopeSchema.safeParse(read.value);
  if (!base.success) return refuse('invalid_envelope', describe(base.error));
  const { sessionId, type } = base.data;
  const hasId = base.data['eventId'] !== undefined;
  if (sessionId !== subject.sessionId) return refuse('subject_mismatch', `the payload's session is ${sessionId}`);
  if (type !== subject.type && (hasId || !subject.type.endsWith(`.${type}`))) {
    return refuse('subject_mismatch', `the payload's type is ${type}`);
  }
  // Nothing that a rule looks at is told in the seed's form, and the consumer fills in what it lacks.
  if (!hasId) return { kind: 'kept', why: 'seed_payload' };
  const envelope = envelopeSchema.safeParse(read.value);
  if (!envelope.success) return refuse('invalid_envelope', describe(envelope.error));
  if (subject.kind === 'unknown_type') return { kind: 'kept', why: 'unknown_type' };
  const event = eventSchemas[subject.type].safeParse(read.value);
  if (event.success) return { kind: 'event', event: event.data };
  if (envelope.data.schemaVersion > eventSchemaVersion) return { kind: 'kept', why: 'newer_schema' };
  return refuse('invalid_event', describe(event.error));
}

function readJson(bytes: Uint8Array): { readonly value: unknown } | Verdict {
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    return refuse('invalid_utf8', 'the payload is not UTF-8');
  }
  try {
    return { value: JSON.parse(text) as unknown };
  } catch (error) {
    return refuse('invalid_json', error instanceof Error ? error.message : String(error));
  }
}

const refuse = (reason: RefusalReason, detail: string): Verdict => ({ kind: 'refused', reason, detail });

const describe = (error: Parameters<typeof issuesOf>[0]): string =>
  issuesOf(error)
    .map(({ path, message }) => `${path}: ${message}`)
    .join('; ');
