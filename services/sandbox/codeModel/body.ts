import { z } from 'zod';

/**
 * The body of `POST /v1/messages` as the vendor documents it, as far as a client that wants text needs it; everything
 * else is refused, as the service refuses what it does not know.
 */
const cacheControl = z.strictObject({ type: z.literal('ephemeral'), ttl: z.enum(['5m', '1h']).optional() });
const textBlock = z.strictObject({
  type: z.literal('text'),
  text: z.string().min(1, 'text content blocks must be non-empty'),
  cache_control: cacheControl.nullable().optional(),
});
const message = z.strictObject({
  role: z.enum(['user', 'assistant']),
  content: z.union([z.string().min(1, 'must have non-empty content'), z.array(textBlock).min(1)]),
});

interface Part {
  readonly text: string;
  readonly marked: boolean;
}

const blocksOf = (content: string | readonly z.infer<typeof textBlock>[] | undefined): readonly Part[] =>
  typeof content === 'string'
    ? [{ text: content, marked: false }]
    : (content ?? []).map((block) => ({ text: block.text, marked: block.cache_control != null }));

const bodySchema = z
  .strictObject({
    model: z.string().min(1),
    max_tokens: z.int().min(1).max(128_000),
    messages: z.array(message).min(1, 'at least one message is required'),
    system: z.union([z.string(), z.array(textBlock)]).optional(),
    stream: z.boolean().optional(),
    stop_sequences: z.array(z.string()).optional(),
    metadata: z.strictObject({ user_id: z.string().max(512).nullable().optional() }).optional(),
    service_tier: z.enum(['auto', 'standard_only']).optional(),
    output_config: z.strictObject({ effort: z.enum(['low', 'medium', 'high', 'xhigh', 'max']).optional() }).optional(),
  })
  .superRefine(({ messages, system }, context) => {
    const refuse = (text: string): void => context.addIssue({ code: 'custom', path: ['messages'], message: text });
    if (messages[0]?.role !== 'user') refuse('first message must use the "user" role');
    if (messages.at(-1)?.role === 'assistant') refuse('the conversation must end with a user message');
    const marks = [...blocksOf(system), ...messages.flatMap(({ content }) => blocksOf(content))].filter(
      (block) => block.marked,
    ).length;
    if (marks > 4) refuse(`a maximum of 4 blocks with cache_control may be provided, found ${marks}`);
  });

export type MessagesBody = z.infer<typeof bodySchema>;

export type ParsedBody =
  { readonly kind: 'body'; readonly body: MessagesBody } | { readonly kind: 'invalid'; readonly message: string };

export function parseBody(text: string): ParsedBody {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { kind: 'invalid', message: 'The request body is not valid JSON.' };
  }
  const parsed = bodySchema.safeParse(json);
  if (parsed.success) return { kind: 'body', body: parsed.data };
  const issues = parsed.error.issues.map(({ path, message: why }) => `${path.join('.')}: ${why}`);
  return { kind: 'invalid', message: issues.join('; ') };
}

/** The parts of a prompt in the order in which the service caches them. */
export function partsOf(body: MessagesBody): readonly Part[] {
  return [...blocksOf(body.system), ...body.messages.flatMap(({ content }) => blocksOf(content))];
}
