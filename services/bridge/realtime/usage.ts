import type { WireUsage } from './protocol/index.ts';
import type { ResponseUsage } from './types.ts';

/** The tokens of one response as the rest of SPARK counts them. */
export function toResponseUsage(responseId: string, model: string, usage: WireUsage): ResponseUsage {
  const { input_token_details: input, output_token_details: output } = usage;
  return {
    responseId,
    model,
    inputTokens: usage.input_tokens,
    cachedTokens: input.cached_tokens,
    outputTokens: usage.output_tokens,
    inputTextTokens: input.text_tokens,
    inputAudioTokens: input.audio_tokens,
    inputImageTokens: input.image_tokens,
    cachedTextTokens: input.cached_tokens_details.text_tokens,
    cachedAudioTokens: input.cached_tokens_details.audio_tokens,
    cachedImageTokens: input.cached_tokens_details.image_tokens,
    outputTextTokens: output.text_tokens,
    outputAudioTokens: output.audio_tokens,
  };
}
