import { z } from 'zod';

const count = z.int().nonnegative().default(0);
const modalityTokens = { text_tokens: count, audio_tokens: count, image_tokens: count };
const noTokens = { text_tokens: 0, audio_tokens: 0, image_tokens: 0 };

/** What one response used; older replies carry totals only. Cached tokens are a subset of the input. */
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

/** What the transcription of spoken input used: tokens, or seconds of audio for the models billed by time. */
export const transcriptionUsageSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('tokens'),
    input_tokens: count,
    output_tokens: count,
    input_token_details: z
      .object({ audio_tokens: count, text_tokens: count })
      .default({ audio_tokens: 0, text_tokens: 0 }),
  }),
  z.object({ type: z.literal('duration'), seconds: z.number().nonnegative() }),
]);
export type TranscriptionUsage = z.infer<typeof transcriptionUsageSchema>;
