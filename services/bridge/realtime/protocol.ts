import { z } from 'zod';

/**
 * The wire of the Realtime API (general availability), as far as text and tools need it. Inbound events are parsed by
 * zod and stripped to what the engine reads; a type that is not listed here is `unknown`, never an error.
 */
const id = z.string().min(1);
const count = z.int().nonnegative().default(0);
const modalityTokens = { text_tokens: count, audio_tokens: count, image_tokens: count };
const noTokens = { text_tokens: 0, audio_tokens: 0, image_tokens: 0 };

export const wireUsageSchema = z.object({
  input_tokens: count,
  output_tokens: count,
  input_token_details: z
    .object({
      ...modalityTokens,
      cached_tokens: count,
      cached_tokens_details: z.object(modalityTokens).default(noTokens),
    })
    .default({ ...noTokens, cached_tokens: 0, cached_tokens_details: noTokens }),
  output_token_details: z
    .object({ text_tokens: count, audio_tokens: count })
    .default({ text_tokens: 0, audio_tokens: 0 }),
});
export type WireUsage = z.infer<typeof wireUsageSchema>;

const itemStatus = z.enum(['completed', 'incomplete', 'in_progress']).optional();
const messageItem = z.object({
  type: z.literal('message'),
  id,
  role: z.string(),
  status: itemStatus,
  content: z.array(z.object({ type: z.string(), text: z.string().optional() })).default([]),
});
const callItem = z.object({
  type: z.literal('function_call'),
  id: id.optional(),
  status: itemStatus,
  name: id,
  call_id: id,
  arguments: z.string(),
});
const otherItem = z.object({ type: z.string() }).transform(() => ({ type: 'other' as const }));
const outputItem = z.union([messageItem, callItem, otherItem]);
export type OutputItem = z.infer<typeof outputItem>;
export type WireCall = z.infer<typeof callItem>;

const responseStatus = z.enum(['in_progress', 'completed', 'cancelled', 'failed', 'incomplete']);
const wireError = z.object({
  type: z.string().nullish(),
  code: z.string().nullish(),
  message: z.string().nullish(),
  event_id: z.string().nullish(),
});
export type WireError = z.infer<typeof wireError>;

const response = z.object({
  id,
  status: responseStatus,
  status_details: z.object({ reason: z.string().nullish(), error: wireError.nullish() }).nullish(),
  output: z.array(outputItem).default([]),
  usage: wireUsageSchema.nullish(),
});
export type WireResponse = z.infer<typeof response>;

const session = z.object({ model: z.string().optional() });
const eventSchemas = {
  'session.created': z.object({ type: z.literal('session.created'), session }),
  'session.updated': z.object({ type: z.literal('session.updated'), session }),
  'response.created': z.object({ type: z.literal('response.created'), response: z.object({ id }) }),
  'response.done': z.object({ type: z.literal('response.done'), response }),
  'response.output_text.delta': z.object({
    type: z.literal('response.output_text.delta'),
    response_id: id,
    item_id: id,
    delta: z.string(),
  }),
  'response.output_item.done': z.object({
    type: z.literal('response.output_item.done'),
    response_id: id,
    item: outputItem,
  }),
  error: z.object({ type: z.literal('error'), error: wireError }),
} as const;

/** Known, and of no consequence for a text session: what they say comes again in the events above. */
const quiet = new Set([
  'conversation.created',
  'conversation.item.added',
  'conversation.item.created',
  'conversation.item.done',
  'conversation.item.deleted',
  'conversation.item.retrieved',
  'response.output_item.added',
  'response.content_part.added',
  'response.content_part.done',
  'response.output_text.done',
  'response.function_call_arguments.delta',
  'response.function_call_arguments.done',
  'rate_limits.updated',
]);

export type ServerEvent = {
  [T in keyof typeof eventSchemas]: z.infer<(typeof eventSchemas)[T]>;
}[keyof typeof eventSchemas];
/** Events that belong to one response. */
export type ResponseEvent = Exclude<ServerEvent, { type: 'session.created' | 'session.updated' | 'error' }>;

export type ParsedFrame =
  | { readonly kind: 'event'; readonly event: ServerEvent }
  | { readonly kind: 'quiet' }
  | { readonly kind: 'unknown'; readonly type: string }
  | { readonly kind: 'malformed'; readonly detail: string };

/** Parses one frame of the server. Never throws. */
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
  if (!isKnown(type)) return { kind: 'unknown', type };
  const parsed = eventSchemas[type].safeParse(raw);
  if (parsed.success) return { kind: 'event', event: parsed.data };
  const where = parsed.error.issues[0]?.path.map(String).join('.') ?? '';
  return { kind: 'malformed', detail: `${type}: ${where}` };
}

const isKnown = (type: string): type is keyof typeof eventSchemas => Object.hasOwn(eventSchemas, type);

/** A client event; `event_id` comes back in the `error` that refuses it. */
export type ClientEvent = { readonly type: string; readonly event_id?: string } & Readonly<Record<string, unknown>>;

export interface SessionSettings {
  readonly model: string;
  readonly instructions: string;
  readonly tools: readonly { readonly name: string; readonly description: string; readonly parameters: unknown }[];
}

/** Only these models take `parallel_tool_calls` (realtime.md §1.3); the others answer it with an error. */
export const takesParallelCalls = (model: string): boolean => /^gpt-realtime-(?!20\d\d-)[2-9]/.test(model);

export const clientEvents = {
  updateSession: (eventId: string, settings: SessionSettings): ClientEvent => ({
    type: 'session.update',
    event_id: eventId,
    session: {
      type: 'realtime',
      output_modalities: ['text'],
      instructions: settings.instructions,
      tools: settings.tools.map((tool) => ({ type: 'function', ...tool })),
      tool_choice: 'auto',
      // Dropping a fifth at once instead of a message per turn keeps the prompt cache (realtime.md §1.3).
      truncation: { type: 'retention_ratio', retention_ratio: 0.8 },
      ...(takesParallelCalls(settings.model) ? { parallel_tool_calls: true } : {}),
    },
  }),
  createItem: (item: Readonly<Record<string, unknown>>): ClientEvent => ({ type: 'conversation.item.create', item }),
  createResponse: (eventId: string): ClientEvent => ({ type: 'response.create', event_id: eventId }),
  cancelResponse: (responseId: string | null): ClientEvent => ({
    type: 'response.cancel',
    ...(responseId === null ? {} : { response_id: responseId }),
  }),
};

export const items = {
  user: (text: string, id?: string) => ({
    type: 'message',
    role: 'user',
    ...(id === undefined ? {} : { id }),
    content: [{ type: 'input_text', text }],
  }),
  assistant: (text: string) => ({ type: 'message', role: 'assistant', content: [{ type: 'output_text', text }] }),
  system: (text: string) => ({ type: 'message', role: 'system', content: [{ type: 'input_text', text }] }),
  call: (call: { callId: string; name: string; argumentsJson: string }) => ({
    type: 'function_call',
    call_id: call.callId,
    name: call.name,
    arguments: call.argumentsJson,
  }),
  output: (callId: string, output: string) => ({ type: 'function_call_output', call_id: callId, output }),
};
