import { z } from 'zod';

/**
 * Every event a client may send, strict: a field that the published types do not name is refused, as the real service
 * refuses it. Source: the Realtime API's general-availability types (`openai@7.57.0`, `resources/realtime`).
 */
const eventId = z.string().max(512).optional();
/** The service refuses longer item ids. */
const itemId = z.string().min(1).max(32);

const jsonObject = z.record(z.string(), z.unknown());
const functionTool = z.strictObject({
  type: z.literal('function'),
  name: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/),
  description: z.string().optional(),
  parameters: jsonObject.optional(),
});
const mcpTool = z.looseObject({ type: z.literal('mcp'), server_label: z.string().min(1) });
const tool = z.discriminatedUnion('type', [functionTool, mcpTool]);
const toolChoice = z.union([
  z.enum(['none', 'auto', 'required']),
  z.strictObject({ type: z.literal('function'), name: z.string() }),
  z.strictObject({ type: z.literal('mcp'), server_label: z.string(), name: z.string().nullish() }),
]);
const maxOutputTokens = z.union([z.int().min(1).max(4_096), z.literal('inf')]);
const modalities = z.array(z.enum(['text', 'audio'])).length(1);
const reasoning = z.strictObject({ effort: z.enum(['minimal', 'low', 'medium', 'high', 'xhigh']).optional() });
const voice = z.union([z.string(), z.strictObject({ id: z.string() })]);
const audio = z.strictObject({
  input: z.looseObject({}).optional(),
  output: z
    .strictObject({ format: jsonObject.optional(), voice: voice.optional(), speed: z.number().optional() })
    .optional(),
});
const truncation = z.union([
  z.enum(['auto', 'disabled']),
  z.strictObject({
    type: z.literal('retention_ratio'),
    retention_ratio: z.number().min(0).max(1),
    token_limits: z.strictObject({ post_instructions: z.int().optional() }).optional(),
  }),
]);

export const sessionUpdateSchema = z.strictObject({
  type: z.literal('realtime'),
  model: z.string().optional(),
  output_modalities: modalities.optional(),
  instructions: z.string().optional(),
  max_output_tokens: maxOutputTokens.optional(),
  include: z.array(z.literal('item.input_audio_transcription.logprobs')).optional(),
  prompt: jsonObject.nullish(),
  tools: z.array(tool).optional(),
  tool_choice: toolChoice.optional(),
  parallel_tool_calls: z.boolean().optional(),
  reasoning: reasoning.optional(),
  audio: audio.optional(),
  tracing: z.union([z.literal('auto'), jsonObject]).nullish(),
  truncation: truncation.optional(),
});

const itemBase = {
  id: itemId.optional(),
  object: z.literal('realtime.item').optional(),
  status: z.enum(['completed', 'incomplete', 'in_progress']).optional(),
};
const inputText = z.strictObject({ type: z.literal('input_text'), text: z.string() });
const inputAudio = z.strictObject({
  type: z.literal('input_audio'),
  audio: z.string(),
  transcript: z.string().optional(),
});
const inputImage = z.strictObject({
  type: z.literal('input_image'),
  image_url: z.string(),
  detail: z.enum(['auto', 'low', 'high']).optional(),
});
const outputText = z.strictObject({ type: z.literal('output_text'), text: z.string() });
const message = { ...itemBase, type: z.literal('message') };
export const itemSchema = z.discriminatedUnion('type', [
  z.discriminatedUnion('role', [
    z.strictObject({ ...message, role: z.literal('system'), content: z.array(inputText).min(1) }),
    z.strictObject({
      ...message,
      role: z.literal('user'),
      content: z.array(z.discriminatedUnion('type', [inputText, inputAudio, inputImage])).min(1),
    }),
    z.strictObject({ ...message, role: z.literal('assistant'), content: z.array(outputText).min(1) }),
  ]),
  z.strictObject({
    ...itemBase,
    type: z.literal('function_call'),
    name: z.string().min(1),
    arguments: z.string(),
    call_id: z.string().min(1).optional(),
  }),
  z.strictObject({
    ...itemBase,
    type: z.literal('function_call_output'),
    call_id: z.string().min(1),
    output: z.string(),
  }),
]);
export type ClientItem = z.infer<typeof itemSchema>;

const responseParameters = z.strictObject({
  instructions: z.string().optional(),
  tools: z.array(tool).optional(),
  tool_choice: toolChoice.optional(),
  parallel_tool_calls: z.boolean().optional(),
  output_modalities: modalities.optional(),
  audio: audio.optional(),
  max_output_tokens: maxOutputTokens.optional(),
  reasoning: reasoning.optional(),
  prompt: jsonObject.nullish(),
  metadata: z.record(z.string().max(64), z.string().max(512)).nullish(),
  conversation: z.enum(['auto', 'none']).optional(),
  input: z
    .array(z.union([itemSchema, z.strictObject({ type: z.literal('item_reference'), id: z.string() })]))
    .optional(),
});
export type ResponseParameters = z.infer<typeof responseParameters>;

export const clientEventSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('session.update'), event_id: eventId, session: sessionUpdateSchema }),
  z.strictObject({
    type: z.literal('conversation.item.create'),
    event_id: eventId,
    previous_item_id: z.string().nullish(),
    item: itemSchema,
  }),
  z.strictObject({ type: z.literal('conversation.item.retrieve'), event_id: eventId, item_id: z.string() }),
  z.strictObject({ type: z.literal('conversation.item.delete'), event_id: eventId, item_id: z.string() }),
  z.strictObject({
    type: z.literal('conversation.item.truncate'),
    event_id: eventId,
    item_id: z.string(),
    content_index: z.int().nonnegative(),
    audio_end_ms: z.int().nonnegative(),
  }),
  z.strictObject({ type: z.literal('input_audio_buffer.append'), event_id: eventId, audio: z.string() }),
  z.strictObject({ type: z.literal('input_audio_buffer.commit'), event_id: eventId }),
  z.strictObject({ type: z.literal('input_audio_buffer.clear'), event_id: eventId }),
  z.strictObject({ type: z.literal('output_audio_buffer.clear'), event_id: eventId }),
  z.strictObject({ type: z.literal('response.create'), event_id: eventId, response: responseParameters.optional() }),
  z.strictObject({ type: z.literal('response.cancel'), event_id: eventId, response_id: z.string().optional() }),
]);
export type ClientEvent = z.infer<typeof clientEventSchema>;

/** What the service says about an event it refuses; the session stays usable. */
export interface Refusal {
  readonly type: 'invalid_request_error' | 'server_error' | 'rate_limit_error';
  readonly code: string;
  readonly message: string;
  readonly param: string | null;
  readonly eventId: string | null;
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
