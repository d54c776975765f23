import { z } from 'zod';

/**
 * The session as `session.update` may set it, strict: a field that the published types do not name is refused, as the
 * real service refuses it. Source: `openai@7.57.0`, `resources/realtime/realtime.d.ts`, RealtimeSessionCreateRequest.
 */
const jsonObject = z.record(z.string(), z.unknown());
const functionTool = z.strictObject({
  type: z.literal('function'),
  name: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/),
  description: z.string().optional(),
  parameters: jsonObject.optional(),
});
const mcpTool = z.looseObject({ type: z.literal('mcp'), server_label: z.string().min(1) });
export const tool = z.discriminatedUnion('type', [functionTool, mcpTool]);
export const toolChoice = z.union([
  z.enum(['none', 'auto', 'required']),
  z.strictObject({ type: z.literal('function'), name: z.string() }),
  z.strictObject({ type: z.literal('mcp'), server_label: z.string(), name: z.string().nullish() }),
]);
export type ToolChoice = z.infer<typeof toolChoice>;
export const maxOutputTokens = z.union([z.int().min(1).max(4_096), z.literal('inf')]);
export const modalities = z.array(z.enum(['text', 'audio'])).length(1);
export const reasoning = z.strictObject({ effort: z.enum(['minimal', 'low', 'medium', 'high', 'xhigh']).optional() });
export const prompt = z.strictObject({
  id: z.string(),
  version: z.string().nullish(),
  variables: jsonObject.nullish(),
});

const format = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('audio/pcm'), rate: z.literal(24_000).optional() }),
  z.strictObject({ type: z.literal('audio/pcmu') }),
  z.strictObject({ type: z.literal('audio/pcma') }),
]);
const voices = ['alloy', 'ash', 'ballad', 'coral', 'echo', 'sage', 'shimmer', 'verse', 'marin', 'cedar'] as const;
const voice = z.union([z.enum(voices), z.strictObject({ id: z.string().min(1) })]);
const answering = { create_response: z.boolean().optional(), interrupt_response: z.boolean().optional() };
export const turnDetection = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('server_vad'),
    ...answering,
    threshold: z.number().min(0).max(1).optional(),
    prefix_padding_ms: z.int().min(0).max(5_000).optional(),
    silence_duration_ms: z.int().min(0).max(10_000).optional(),
    idle_timeout_ms: z.int().min(5_000).max(30_000).nullish(),
  }),
  z.strictObject({
    type: z.literal('semantic_vad'),
    ...answering,
    eagerness: z.enum(['low', 'medium', 'high', 'auto']).optional(),
  }),
]);
export type TurnDetection = z.infer<typeof turnDetection>;

const transcription = z.strictObject({
  model: z.string().optional(),
  language: z.string().optional(),
  prompt: z.string().optional(),
  delay: z.enum(['minimal', 'low', 'medium', 'high', 'xhigh']).optional(),
});
const noiseReduction = z.strictObject({
  type: z.enum(['near_field', 'far_field']).optional(),
  strength: z.number().optional(),
});
const audioInput = z.strictObject({
  format: format.optional(),
  noise_reduction: noiseReduction.nullish(),
  transcription: transcription.nullish(),
  turn_detection: turnDetection.nullish(),
});
const audioOutput = { format: format.optional(), voice: voice.optional() };
/** A response may choose format and voice, the session also the speed. */
export const responseAudio = z.strictObject({ output: z.strictObject(audioOutput).optional() });
const sessionAudio = z.strictObject({
  input: audioInput.optional(),
  output: z.strictObject({ ...audioOutput, speed: z.number().min(0.25).max(1.5).optional() }).optional(),
});

const truncation = z.union([
  z.enum(['auto', 'disabled']),
  z.strictObject({
    type: z.literal('retention_ratio'),
    retention_ratio: z.number().min(0).max(1),
    token_limits: z.strictObject({ post_instructions: z.int().min(0).optional() }).optional(),
  }),
]);
const tracing = z.union([
  z.literal('auto'),
  z.strictObject({
    workflow_name: z.string().optional(),
    group_id: z.string().optional(),
    metadata: z.unknown().optional(),
  }),
]);

export const sessionUpdateSchema = z.strictObject({
  type: z.literal('realtime'),
  model: z.string().optional(),
  output_modalities: modalities.optional(),
  instructions: z.string().optional(),
  max_output_tokens: maxOutputTokens.optional(),
  include: z.array(z.literal('item.input_audio_transcription.logprobs')).optional(),
  prompt: prompt.nullish(),
  tools: z.array(tool).optional(),
  tool_choice: toolChoice.optional(),
  parallel_tool_calls: z.boolean().optional(),
  reasoning: reasoning.optional(),
  audio: sessionAudio.optional(),
  tracing: tracing.nullish(),
  truncation: truncation.optional(),
});
export type SessionUpdate = z.infer<typeof sessionUpdateSchema>;
