import { z } from 'zod';
import { itemReference, itemSchema } from './items.ts';
import {
  maxOutputTokens,
  modalities,
  prompt,
  reasoning,
  responseAudio,
  sessionUpdateSchema,
  tool,
  toolChoice,
} from './session.ts';

/** Every event a client may send. Source: RealtimeClientEvent of `openai@7.57.0`. */
const eventId = z.string().max(512).optional();
const metadata = z
  .record(z.string().max(64), z.string().max(512))
  .refine((pairs) => Object.keys(pairs).length <= 16, 'at most 16 pairs');

const responseParameters = z.strictObject({
  instructions: z.string().optional(),
  tools: z.array(tool).optional(),
  tool_choice: toolChoice.optional(),
  parallel_tool_calls: z.boolean().optional(),
  output_modalities: modalities.optional(),
  audio: responseAudio.optional(),
  max_output_tokens: maxOutputTokens.optional(),
  reasoning: reasoning.optional(),
  prompt: prompt.nullish(),
  metadata: metadata.nullish(),
  conversation: z.enum(['auto', 'none']).optional(),
  input: z.array(z.union([itemSchema, itemReference])).optional(),
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
export type ClientEventOf<T extends ClientEvent['type']> = Extract<ClientEvent, { type: T }>;
