import type { z } from 'zod';
import { clientEventSchema, type ClientEvent } from './clientEvents.ts';

/** What the service says about an event it refuses; the session stays usable. */
export interface Refusal {
  readonly type: 'invalid_request_error' | 'server_error' | 'rate_limit_error';
  readonly code: string;
  readonly message: string;
  readonly param: string | null;
  readonly eventId: string | null;
}

/** A rule that an event broke: what to say about it, without the event's own id. */
export interface Problem {
  readonly code: string;
  readonly message: string;
  readonly param: string | null;
}

export type ParsedClientEvent = { kind: 'event'; event: ClientEvent } | { kind: 'refused'; refusal: Refusal };

/** Parses one text frame. Never throws: what is wrong becomes the `error` event that the service would send. */
export function parseClientEvent(text: string): ParsedClientEvent {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    return refused('invalid_json', 'The frame is not valid JSON.', null, null);
  }
  const eventId = eventIdOf(raw);
  const parsed = clientEventSchema.safeParse(raw);
  if (parsed.success) return { kind: 'event', event: parsed.data };
  const issue = deepest(parsed.error.issues);
  const param = issue.path.map(String).join('.') || 'type';
  if (issue.code === 'unrecognized_keys') {
    const name = [...issue.path.map(String), issue.keys[0] ?? ''].join('.');
    return refused('unknown_parameter', `Unknown parameter: '${name}'.`, name, eventId);
  }
  if (valueAt(raw, issue.path) === undefined) {
    return refused('missing_required_parameter', `Missing required parameter: '${param}'.`, param, eventId);
  }
  return refused('invalid_value', `Invalid '${param}': ${issue.message}.`, param, eventId);
}

const refused = (code: string, message: string, param: string | null, eventId: string | null): ParsedClientEvent => ({
  kind: 'refused',
  refusal: { type: 'invalid_request_error', code, message, param, eventId },
});

const eventIdOf = (raw: unknown): string | null =>
  typeof raw === 'object' && raw !== null && 'event_id' in raw && typeof raw.event_id === 'string'
    ? raw.event_id
    : null;

type Issues = z.ZodError['issues'];
/** A plain union reports its branches apart: the longest path among them is the field that is wrong. */
function deepest(issues: Issues): Issues[number] {
  const issue = issues[0];
  if (issue === undefined) throw new Error('a failed parse carries an issue');
  if (issue.code !== 'invalid_union') return issue;
  const inner = issue.errors.flat().sort((a, b) => b.path.length - a.path.length)[0];
  return inner === undefined ? issue : { ...inner, path: [...issue.path, ...inner.path] };
}

function valueAt(raw: unknown, path: readonly PropertyKey[]): unknown {
  let value = raw;
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = Reflect.get(value, key);
  }
  return value;
}
