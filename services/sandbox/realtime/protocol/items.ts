import { z } from 'zod';

/** Conversation items as a client may create them, strict. The service refuses ids of more than 32 characters. */
const itemBase = {
  id: z.string().min(1).max(32).optional(),
  object: z.literal('realtime.item').optional(),
  status: z.enum(['completed', 'incomplete', 'in_progress']).optional(),
};
const inputText = z.strictObject({ type: z.literal('input_text'), text: z.string() });
const inputAudio = z.strictObject({
  type: z.literal('input_audio'),
  /** Base64 of PCM16; the service's own events leave it out. */
  audio: z.string().optional(),
  transcript: z.string().nullish(),
});
const inputImage = z.strictObject({
  type: z.literal('input_image'),
  image_url: z.string(),
  detail: z.enum(['auto', 'low', 'high']).optional(),
});
const outputText = z.strictObject({ type: z.literal('output_text'), text: z.string() });
const outputAudio = z.strictObject({
  type: z.literal('output_audio'),
  audio: z.string().optional(),
  transcript: z.string().optional(),
});
const message = { ...itemBase, type: z.literal('message') };

export const itemSchema = z.discriminatedUnion('type', [
  z.discriminatedUnion('role', [
    z.strictObject({ ...message, role: z.literal('system'), content: z.array(inputText).min(1) }),
    z.strictObject({
      ...message,
      role: z.literal('user'),
      content: z.array(z.discriminatedUnion('type', [inputText, inputAudio, inputImage])).min(1),
    }),
    z.strictObject({
      ...message,
      role: z.literal('assistant'),
      content: z.array(z.discriminatedUnion('type', [outputText, outputAudio])).min(1),
    }),
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

export const itemReference = z.strictObject({ type: z.literal('item_reference'), id: z.string() });
