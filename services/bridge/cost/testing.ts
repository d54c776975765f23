import type { ResponseUsage } from '../realtime/types.ts';

/** What a response used: text only unless said. */
export function usageOf(responseId: string, given: Partial<ResponseUsage> = {}): ResponseUsage {
  const none = {
    model: 'gpt-realtime-2.1-mini',
    cachedTokens: 0,
    inputAudioTokens: 0,
    inputImageTokens: 0,
    cachedTextTokens: 0,
    cachedAudioTokens: 0,
    cachedImageTokens: 0,
    outputAudioTokens: 0,
    inputTextTokens: 0,
    outputTextTokens: 0,
  };
  const { inputTextTokens: textIn = 0, inputAudioTokens: audioIn = 0, inputImageTokens: imageIn = 0 } = given;
  const { outputTextTokens: textOut = 0, outputAudioTokens: audioOut = 0 } = given;
  const totals = { inputTokens: textIn + audioIn + imageIn, outputTokens: textOut + audioOut };
  return { ...none, ...totals, ...given, responseId };
}
