import { v5 as uuidFromName } from 'uuid';
import type { EventRow } from '../../database/index.ts';
import {
  envelopeSchema,
  eventSchemas,
  eventSchemaVersion,
  eventTypes,
  eventUpgrades,
  maxEventBytes,
  parseSubject,
  seedEnvelopeSchema,
  type EventType,
  type ParsedSubject,
  type SparkEvent,
} from '../../shared/contracts/index.ts';
import { issuesOf } from '../../shared/errors/index.ts';
import { compileCheck } from './schemaCheck.ts';
import { findUnstorable } from './storable.ts';

export const refusalReasons = [
  'invalid_subject',
  'too_large',
  'invalid_utf8',
  'invalid_json',
  'unstorable_text',
  'unstorable_number',
  'invalid_envelope',
  'invalid_event',
  'invalid_alert',
  'subject_mismatch',
  'timestamp_out_of_range',
] as const;
export type RefusalReason = (typeof refusalReasons)[number];

export type Decoded =
  | {
      readonly kind: 'event';
      readonly row: EventRow;
      /** What is projected into typed tables; null for an event that is only kept whole. */
      readonly event: SparkEvent | null;
    }
  | { readonly kind: 'refused'; readonly reason: RefusalReason; readonly detail: string };

export interface RawMessage {
  readonly subject: string;
  readonly data: Uint8Array;
  /** The stream's own time, in milliseconds since 1970. */
  readonly timeMs: number;
}

export interface DecodeOptions {
  readonly retentionDays: number;
  /** The schema that this version knows, and the way to it from older ones. */
  readonly schema?: { readonly version: number; readonly upgrades: typeof eventUpgrades };
}

export type Refused = Extract<Decoded, { kind: 'refused' }>;
type KnownSubject = Exclude<ParsedSubject, { readonly kind: 'invalid' }>;
type Known = { readonly eventId: string; readonly seq: number; readonly callId?: string; readonly userId?: string };

const dayMs = 24 * 60 * 60 * 1_000;
/** Names of events that came without an id; fixed for ever, so that a redelivered one gets the same id. */
const namespace = 'a0e0a2c4-6c5e-5d7b-9d67-2f2b6f1c9e10';
/**
 * For the few that need a closer look: the same rules without carrying over what no schema names. The row keeps the
 * bytes, the tables need only named fields.
 */
const ownFieldSchemas = makeOwnFieldSchemas();
const checks = Object.fromEntries(eventTypes.map((type) => [type, compileCheck<SparkEvent>(eventSchemas[type])])) as {
  readonly [T in EventType]: (value: unknown) => value is SparkEvent;
};
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Bytes and subject to a row of `spark_events` and, for a known type, the event for its table. Never throws: what cannot
 * become a row is refused with a reason. The result depends on the message alone, so a redelivery decodes the same.
 */
export function decodeMessage(message: RawMessage, options: DecodeOptions): Decoded {
  const { retentionDays, schema = currentSchema } = options;
  const subject = parseKnownSubject(message.subject);
  if (subject.kind === 'invalid') return refuse('invalid_subject', 'the subject is not spark.{type}.{session UUID}');
  if (message.data.byteLength > maxEventBytes) {
    return refuse('too_large', `${message.data.byteLength} bytes, at most ${maxEventBytes}`);
  }
  const json = decodeJson(message.data);
  if (!('value' in json)) return json;
  const fast = decodeWhole(json.value, { message, subject }, { retentionDays, schema });
  if (fast !== null) return fast;

  const base = seedEnvelopeSchema.safeParse(json.value);
  if (!base.success) return refuse('invalid_envelope', describe(base.error));
  const { data } = base;
  const hasId = data['eventId'] !== undefined;
  if (data.sessionId !== subject.sessionId) {
    return refuse('subject_mismatch', `the payload's session is ${data.sessionId}`);
  }
  if (data.type !== subject.type && (hasId || !subject.type.endsWith(`.${data.type}`))) {
    return refuse('subject_mismatch', `the payload's type is ${data.type}`);
  }
  const occurredMs = Date.parse(data.timestamp);
  if (!isInRange(occurredMs, message, retentionDays)) {
    return refuse(
      'timestamp_out_of_range',
      `${data.timestamp}; the stream's time is ${new Date(message.timeMs).toISOString()}`,
    );
  }

  const occurredAt = new Date(occurredMs).toISOString();
  const sent = hasId ? data : completeSeed(data, { message, type: subject.type, occurredAt });
  const whole = subject.kind === 'known' ? upgrade(sent, subject.type, schema) : sent;
  if (whole === null) return refuse('invalid_event', 'its fields are not those of its schema version');
  const envelope = envelopeSchema.safeParse(whole);
  if (!envelope.success) return refuse('invalid_envelope', describe(envelope.error));
  const row = toRow(envelope.data as Known, { message, subject, occurredMs });
  if (subject.kind === 'unknown_type') return { kind: 'event', row, event: null };

  const event = eventSchemas[subject.type].safeParse(whole);
  if (event.success) return { kind: 'event', row, event: event.data };
  // A newer app may have changed the type: keep it whole, as its envelope is right.
  if (envelope.data.schemaVersion > schema.version) return { kind: 'event', row, event: null };
  return refuse('invalid_event', describe(event.error));
}

/**
 * Nearly every message is a whole event of a known type: its own schema, which holds the envelope's rules as well, is
 * then the only one to be asked. Null: the long way finds out what it is or why it is refused.
 */
function decodeWhole(
  value: unknown,
  { message, subject }: { readonly message: RawMessage; readonly subject: KnownSubject },
  { retentionDays, schema }: Required<DecodeOptions>,
): Decoded | null {
  if (subject.kind !== 'known') return null;
  const event = readWhole(subject.type, value);
  if (event === undefined || event.sessionId !== subject.sessionId) return null;
  if (event.schemaVersion < schema.version) return null;
  const occurredMs = Date.parse(event.timestamp);
  if (!isInRange(occurredMs, message, retentionDays)) return null;
  return { kind: 'event', row: toRow(event as Known, { message, subject, occurredMs }), event };
}

/** The value itself when its schema accepts it at a glance, else what the schema makes of it; undefined when refused. */
function readWhole(type: EventType, value: unknown): SparkEvent | undefined {
  const check = checks[type];
  return check(value) ? value : ownFieldSchemas[type].safeParse(value).data;
}

const currentSchema = { version: eventSchemaVersion, upgrades: eventUpgrades };

/** An older event as this version's schema has it; null when an upgrade finds that it cannot be one. */
function upgrade(
  event: Readonly<Record<string, unknown>>,
  type: EventType,
  { version, upgrades }: typeof currentSchema,
): Readonly<Record<string, unknown>> | null {
  const { schemaVersion } = event;
  // Not checked yet: -1e300 would be counted up for ever.
  if (typeof schemaVersion !== 'number' || !(schemaVersion >= 1)) return event;
  let upgraded = event;
  try {
    for (let from = schemaVersion; from < version; from += 1) {
      upgraded = upgrades[type]?.[from - 1]?.(upgraded) ?? upgraded;
    }
  } catch {
    return null;
  }
  return upgraded;
}

function isInRange(occurredMs: number, message: RawMessage, retentionDays: number): boolean {
  return occurredMs >= message.timeMs - retentionDays * dayMs && occurredMs <= message.timeMs + dayMs;
}

/** The seed's own payload has no id, sequence or source: all derived from the message, the same at every delivery. */
function completeSeed(
  data: object,
  from: { readonly message: RawMessage; readonly type: string; readonly occurredAt: string },
): Readonly<Record<string, unknown>> {
  const name = Buffer.concat([Buffer.from(`${from.message.subject}\n`), from.message.data]);
  return {
    seq: 0,
    schemaVersion: eventSchemaVersion,
    source: { app: 'unknown', version: 'unknown', host: 'unknown' },
    ...data,
    type: from.type,
    timestamp: from.occurredAt,
    eventId: uuidFromName(name, namespace),
  };
}

function toRow(
  envelope: Known,
  from: {
    readonly message: RawMessage;
    readonly subject: { readonly type: string; readonly sessionId: string };
    readonly occurredMs: number;
  },
): EventRow {
  return {
    eventId: envelope.eventId,
    occurredMs: from.occurredMs,
    recordedMs: from.message.timeMs,
    sessionId: from.subject.sessionId,
    seq: envelope.seq,
    type: from.subject.type,
    callId: envelope.callId ?? null,
    userId: envelope.userId ?? null,
    payload: from.message.data,
  };
}

function makeOwnFieldSchemas(): typeof eventSchemas {
  const entries = Object.entries(eventSchemas).map(([type, schema]) => {
    const source = schema.shape.source.strip();
    return [type, schema.extend({ source }).strip()];
  });
  return Object.fromEntries(entries) as typeof eventSchemas;
}

const parsedSubjects = new Map<string, ParsedSubject>();
const rememberedSubjects = 10_000;

/** Subjects repeat: a session has a dozen of them. */
function parseKnownSubject(subject: string): ParsedSubject {
  const known = parsedSubjects.get(subject);
  if (known !== undefined) return known;
  const parsed = parseSubject(subject);
  if (parsedSubjects.size >= rememberedSubjects) parsedSubjects.clear();
  parsedSubjects.set(subject, parsed);
  return parsed;
}

/** Bytes to a value that PostgreSQL's jsonb takes as well. */
export function decodeJson(bytes: Uint8Array): { readonly value: unknown } | Refused {
  const text = decodeText(bytes);
  if (typeof text !== 'string') return text;
  const json = parseJson(text);
  const unstorable = 'value' in json ? findUnstorable(text) : null;
  return unstorable === null ? json : refuse(unstorable.reason, unstorable.detail);
}

function decodeText(bytes: Uint8Array): string | Refused {
  try {
    return utf8.decode(bytes);
  } catch {
    return refuse('invalid_utf8', 'the payload is not UTF-8');
  }
}

function parseJson(text: string): { readonly value: unknown } | Refused {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch (error) {
    return refuse('invalid_json', error instanceof Error ? error.message : String(error));
  }
}

export const refuse = (reason: RefusalReason, detail: string): Refused => ({ kind: 'refused', reason, detail });

export const describe = (error: Parameters<typeof issuesOf>[0]): string =>
  issuesOf(error)
    .map(({ path, message }) => `${path}: ${message}`)
    .join('; ');
