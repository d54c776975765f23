import { z } from 'zod';
import { id, needed } from './fields.ts';
import { wireItemSchema } from './items.ts';
import { transcriptionUsageSchema, wireUsageSchema } from './usage.ts';

/**
 * Every event of the service that text, tools, images and voice need (general availability), parsed to what the engine
 * reads. Nothing may be concluded from the order in which they arrive: state is keyed by ids.
 */
const wireError = z.object({
  type: z.string().nullish(),
  code: z.string().nullish(),
  message: z.string().nullish(),
  event_id: z.string().nullish(),
});
export type WireError = z.infer<typeof wireError>;

const metadata = z.record(z.string(), z.string()).nullish();
const responseStatus = z.enum(['in_progress', 'completed', 'cancelled', 'failed', 'incomplete']);
const response = z.object({
  id: needed(id),
  status: needed(responseStatus),
  status_details: z.object({ reason: z.string().nullish(), error: wireError.nullish() }).nullish(),
  output: z.array(wireItemSchema).default([]),
  metadata,
  usage: wireUsageSchema.nullish(),
});
export type WireResponse = z.infer<typeof response>;

const session = z.object({
  type: z.string().optional(),
  model: z.string().optional(),
  expires_at: z.number().nullish(),
});
const ofItem = { item_id: id, content_index: z.int().nonnegative().default(0) };
const ofResponse = { response_id: id, item_id: id };
const previous = z.string().nullish();

export const serverEventSchemas = {
  'session.created': z.object({ type: z.literal('session.created'), session }),
  'session.updated': z.object({ type: z.literal('session.updated'), session }),
  'conversation.item.added': z.object({
    type: z.literal('conversation.item.added'),
    item: wireItemSchema,
    previous_item_id: previous,
  }),
  'conversation.item.done': z.object({
    type: z.literal('conversation.item.done'),
    item: wireItemSchema,
    previous_item_id: previous,
  }),
  'conversation.item.deleted': z.object({ type: z.literal('conversation.item.deleted'), item_id: id }),
  'conversation.item.retrieved': z.object({ type: z.literal('conversation.item.retrieved'), item: wireItemSchema }),
  'conversation.item.truncated': z.object({
    type: z.literal('conversation.item.truncated'),
    ...ofItem,
    audio_end_ms: z.number(),
  }),
  'conversation.item.input_audio_transcription.delta': z.object({
    type: z.literal('conversation.item.input_audio_transcription.delta'),
    ...ofItem,
    delta: z.string().default(''),
  }),
  'conversation.item.input_audio_transcription.completed': z.object({
    type: z.literal('conversation.item.input_audio_transcription.completed'),
    ...ofItem,
    transcript: z.string(),
    usage: transcriptionUsageSchema.nullish(),
  }),
  'conversation.item.input_audio_transcription.failed': z.object({
    type: z.literal('conversation.item.input_audio_transcription.failed'),
    ...ofItem,
    error: wireError,
  }),
  'input_audio_buffer.committed': z.object({
    type: z.literal('input_audio_buffer.committed'),
    item_id: id,
    previous_item_id: previous,
  }),
  'input_audio_buffer.cleared': z.object({ type: z.literal('input_audio_buffer.cleared') }),
  'input_audio_buffer.speech_started': z.object({
    type: z.literal('input_audio_buffer.speech_started'),
    item_id: id,
    audio_start_ms: z.number(),
  }),
  'input_audio_buffer.speech_stopped': z.object({
    type: z.literal('input_audio_buffer.speech_stopped'),
    item_id: id,
    audio_end_ms: z.number(),
  }),
  'input_audio_buffer.timeout_triggered': z.object({
    type: z.literal('input_audio_buffer.timeout_triggered'),
    item_id: id,
    audio_start_ms: z.number(),
    audio_end_ms: z.number(),
  }),
  'response.created': z.object({
    type: z.literal('response.created'),
    response: z.object({ id: needed(id), metadata }),
  }),
  'response.done': z.object({ type: z.literal('response.done'), response }),
  'response.output_item.added': z.object({
    type: z.literal('response.output_item.added'),
    response_id: id,
    item: wireItemSchema,
  }),
  'response.output_item.done': z.object({
    type: z.literal('response.output_item.done'),
    response_id: id,
    item: wireItemSchema,
  }),
  'response.output_text.delta': z.object({
    type: z.literal('response.output_text.delta'),
    ...ofResponse,
    delta: z.string(),
  }),
  'response.output_audio_transcript.delta': z.object({
    type: z.literal('response.output_audio_transcript.delta'),
    ...ofResponse,
    delta: z.string(),
  }),
  'response.output_audio.delta': z.object({
    type: z.literal('response.output_audio.delta'),
    ...ofResponse,
    content_index: z.int().nonnegative().default(0),
    /** Base64 of PCM16, mono, 24 kHz. */
    delta: z.string(),
  }),
  'response.output_audio.done': z.object({ type: z.literal('response.output_audio.done'), ...ofResponse }),
  'rate_limits.updated': z.object({
    type: z.literal('rate_limits.updated'),
    rate_limits: z.array(
      z.object({
        name: z.string().optional(),
        limit: z.number().optional(),
        remaining: z.number().optional(),
        reset_seconds: z.number().optional(),
      }),
    ),
  }),
  error: z.object({ type: z.literal('error'), error: wireError }),
} as const;

export type ServerEventType = keyof typeof serverEventSchemas;
export type ServerEvent = { [T in ServerEventType]: z.infer<(typeof serverEventSchemas)[T]> }[ServerEventType];
/** Events that belong to one response. */
export type ResponseEvent = Extract<ServerEvent, { type: `response.${string}` }>;
export type RateLimit = Extract<ServerEvent, { type: 'rate_limits.updated' }>['rate_limits'][number];

export const isResponseEvent = (event: ServerEvent): event is ResponseEvent => event.type.startsWith('response.');
export const responseIdOf = (event: ResponseEvent): string =>
  'response_id' in event ? event.response_id : event.response.id;

/**
 * Known, and read by nobody: what they say comes again in the events above, or they belong to another transport
 * (`output_audio_buffer`, telephone keys) or to speakers that SPARK does not tell apart.
 */
export const quietTypes = [
  'conversation.created',
  'conversation.item.created',
  'conversation.item.input_audio_transcription.segment',

  'response.content_part.added',
  'response.content_part.done',
  'response.output_text.done',
  'response.output_audio_transcript.done',
  'response.function_call_arguments.delta',
  'response.function_call_arguments.done',
  'input_audio_buffer.dtmf_event_received',
  'output_audio_buffer.started',
  'output_audio_buffer.stopped',
  'output_audio_buffer.cleared',
] as const;
