import type { TranscriptionUsage, WireUsage } from './protocol/index.ts';
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

/** What writing down one utterance used. Where it is billed by time there are no tokens, and no price holds. */
export function toTranscriptionUsage(itemId: string, model: string, usage: TranscriptionUsage): ResponseUsage {
  const isByTime = usage.type === 'duration';
  const input = isByTime ? 0 : usage.input_tokens;
  const output = isByTime ? 0 : usage.output_tokens;
  return {
    responseId: `transcription_${itemId}`,
    model,
    inputTokens: input,
    cachedTokens: 0,
    outputTokens: output,
    inputTextTokens: isByTime ? 0 : usage.input_token_details.text_tokens,
    inputAudioTokens: isByTime ? 0 : usage.input_token_details.audio_tokens,
    inputImageTokens: 0,
    cachedTextTokens: 0,
    cachedAudioTokens: 0,
    cachedImageTokens: 0,
    outputTextTokens: output,
    outputAudioTokens: 0,
    ...(isByTime ? { offList: true } : {}),
  };
}
