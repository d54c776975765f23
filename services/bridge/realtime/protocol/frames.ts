import { quietTypes, serverEventSchemas, type ServerEvent, type ServerEventType } from './serverEvents.ts';

export type ParsedFrame =
  | { readonly kind: 'event'; readonly event: ServerEvent }
  | { readonly kind: 'quiet' }
  | { readonly kind: 'unknown'; readonly type: string }
  | { readonly kind: 'malformed'; readonly detail: string };

const quiet: ReadonlySet<string> = new Set(quietTypes);

/** Parses one frame of the service. Never throws: a type that is not listed is `unknown`, never an error. */
export function parseServerFrame(text: string): ParsedFrame {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    return { kind: 'malformed', detail: 'not JSON' };
  }
  const type = typeof raw === 'object' && raw !== null && 'type' in raw ? raw.type : undefined;
  if (typeof type !== 'string') return { kind: 'malformed', detail: 'an event without a type' };
  if (quiet.has(type)) return { kind: 'quiet' };
  if (!isKnown(type)) return { kind: 'unknown', type: type.slice(0, 128) };
  const parsed = serverEventSchemas[type].safeParse(raw);
  if (parsed.success) return { kind: 'event', event: parsed.data };
  const where = parsed.error.issues[0]?.path.map(String).join('.') ?? '';
  return { kind: 'malformed', detail: `${type}: ${where}` };
}

const isKnown = (type: string): type is ServerEventType => Object.hasOwn(serverEventSchemas, type);
