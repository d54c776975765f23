import type { ModelPrice } from '../../../shared/contracts/settings.ts';
import type { ResponseUsage } from './types.ts';

/** The day on which the prices below were read. */
export const pricesAsOf = '2026-11-22';

/**
 * Prices in USD per one million tokens, as the vendors' pages (developers.openai.com, platform.claude.com) stated them. A
 * model that is not listed has no price: its tokens are shown, never a guess. `gpt-realtime` lists no audio price because
 * none was read.
 */
const realtime2: ModelPrice = {
  textIn: 4,
  textCached: 0.4,
  textOut: 24,
  audioIn: 32,
  audioCached: 0.4,
  audioOut: 64,
  imageIn: 5,
  imageCached: 0.5,
};
export const defaultPrices: Readonly<Record<string, ModelPrice>> = {
  'gpt-realtime-2.1': realtime2,
  'gpt-realtime-2': realtime2,
  'gpt-realtime-2.1-mini': {
    textIn: 0.6,
    textCached: 0.06,
    textOut: 2.4,
    audioIn: 10,
    audioCached: 0.3,
    audioOut: 20,
    imageIn: 0.8,
    imageCached: 0.08,
  },
  'gpt-realtime-1.5': { ...realtime2, textOut: 16 },
  'gpt-realtime': { textIn: 4, textCached: 0.4, textOut: 16 },
  // Written to the cache for five minutes. What is read from it costs half for 5.5 since 2026-10-07.
  'claude-sonnet-5-5': { textIn: 2, textCached: 0.1, textCacheWritten: 2.5, textOut: 10 },
  'claude-sonnet-5': { textIn: 2, textCached: 0.2, textCacheWritten: 2.5, textOut: 10 },
};

/**
 * What one response cost, in whole micro-dollars; null when the model, or a modality that it used, has no price. Cached
 * tokens are part of the input and cost the cached price instead. The one rounding: the exact sum over a response's
 * tokens is rounded half up, once; what is summed over responses are these whole numbers. Dollars per million tokens are
 * micro-dollars per token; they are taken with six decimals and counted in integers, since 0.06 has no exact double.
 */
export function priceUsage(
  usage: ResponseUsage,
  prices: Readonly<Record<string, ModelPrice>> = defaultPrices,
): number | null {
  const price = Object.hasOwn(prices, usage.model) ? prices[usage.model] : undefined;
  if (price === undefined || usage.offList === true) return null;
  const known = usage.inputTextTokens + usage.inputAudioTokens + usage.inputImageTokens;
  const knownCached = usage.cachedTextTokens + usage.cachedAudioTokens + usage.cachedImageTokens;
  // What the service did not split by modality is text: older replies carry totals only.
  const inputText = usage.inputTextTokens + Math.max(0, usage.inputTokens - known);
  const cachedText = usage.cachedTextTokens + Math.max(0, usage.cachedTokens - knownCached);
  const written = usage.cacheWriteTokens ?? 0;
  const outputText =
    usage.outputTextTokens + Math.max(0, usage.outputTokens - usage.outputTextTokens - usage.outputAudioTokens);
  const parts: readonly (readonly [number, number | undefined])[] = [
    [Math.max(0, inputText - cachedText - written), price.textIn],
    [cachedText, price.textCached],
    [written, price.textCacheWritten],
    [outputText, price.textOut],
    [Math.max(0, usage.inputAudioTokens - usage.cachedAudioTokens), price.audioIn],
    [usage.cachedAudioTokens, price.audioCached],
    [usage.outputAudioTokens, price.audioOut],
    [Math.max(0, usage.inputImageTokens - usage.cachedImageTokens), price.imageIn],
    [usage.cachedImageTokens, price.imageCached],
  ];
  let sum = 0n;
  for (const [tokens, perToken] of parts) {
    if (tokens === 0) continue;
    if (perToken === undefined) return null;
    sum += BigInt(tokens) * BigInt(Math.round(perToken * 1_000_000));
  }
  return Number((sum + 500_000n) / 1_000_000n);
}
