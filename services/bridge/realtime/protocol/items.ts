import { z } from 'zod';
import type { ModelImage } from '../types.ts';
import { id, needed } from './fields.ts';

/**
 * Conversation items. Inbound they are parsed to what the engine reads; outbound they are made here and nowhere else, so
 * that pictures become data URLs and text becomes well formed at one place.
 */
const itemStatus = z.enum(['completed', 'incomplete', 'in_progress']).optional();
const contentPart = z.object({
  type: z.string().optional(),
  text: z.string().optional(),
  transcript: z.string().nullish(),
});
const messageItem = z.object({
  type: z.literal('message'),
  id: needed(id),
  role: z.string(),
  status: itemStatus,
  content: z.array(contentPart).default([]),
});
const callItem = z.object({
  type: z.literal('function_call'),
  id: id.optional(),
  status: itemStatus,
  name: id,
  call_id: needed(id),
  arguments: z.string(),
});
const otherItem = z
  .object({ type: z.string(), id: id.optional() })
  .transform(({ id: itemId }) => ({ type: 'other' as const, id: itemId }));

export const wireItemSchema = z.union([messageItem, callItem, otherItem]);
export type WireItem = z.infer<typeof wireItemSchema>;
export type WireCall = z.infer<typeof callItem>;

/** What a message says: its text, or what its audio says. */
export const textOfItem = (item: Extract<WireItem, { type: 'message' }>): string =>
  item.content.map((part) => part.text ?? part.transcript ?? '').join('');

export type InputPart =
  | { readonly type: 'input_text'; readonly text: string }
  | { readonly type: 'input_image'; readonly image_url: string }
  | { readonly type: 'input_audio'; readonly audio: string };

/** An item as the engine puts it into a conversation. */
export type ClientItem =
  | {
      readonly type: 'message';
      readonly role: 'user';
      readonly id?: string;
      readonly content: readonly InputPart[];
    }
  | {
      readonly type: 'message';
      readonly role: 'assistant';
      readonly content: readonly { readonly type: 'output_text'; readonly text: string }[];
    }
  | {
      readonly type: 'message';
      readonly role: 'system';
      readonly content: readonly { readonly type: 'input_text'; readonly text: string }[];
    }
  | { readonly type: 'function_call'; readonly call_id: string; readonly name: string; readonly arguments: string }
  | { readonly type: 'function_call_output'; readonly call_id: string; readonly output: string };

/** The service refuses lone surrogates and NUL; both can come out of a clipboard. Everything else passes as it is. */
export const toWireText = (text: string): string => text.toWellFormed().replaceAll('\0', '\u{FFFD}');

const textPart = (text: string): InputPart => ({ type: 'input_text', text: toWireText(text) });
const imagePart = ({ mimeType, bytes }: ModelImage): InputPart => ({
  type: 'input_image',
  image_url: `data:${mimeType};base64,${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')}`,
});

export const items = {
  user: (text: string, options: { id?: string; images?: readonly ModelImage[] } = {}): ClientItem => ({
    type: 'message',
    role: 'user',
    ...(options.id === undefined ? {} : { id: options.id }),
    content: [...(text === '' ? [] : [textPart(text)]), ...(options.images ?? []).map(imagePart)],
  }),
  assistant: (text: string): ClientItem => ({
    type: 'message',
    role: 'assistant',
    content: [{ type: 'output_text', text: toWireText(text) }],
  }),
  system: (text: string): ClientItem => ({
    type: 'message',
    role: 'system',
    content: [{ type: 'input_text', text: toWireText(text) }],
  }),
  call: (call: { callId: string; name: string; argumentsJson: string }): ClientItem => ({
    type: 'function_call',
    call_id: call.callId,
    name: call.name,
    arguments: toWireText(call.argumentsJson),
  }),
  output: (callId: string, output: string): ClientItem => ({
    type: 'function_call_output',
    call_id: callId,
    output: toWireText(output),
  }),
};
