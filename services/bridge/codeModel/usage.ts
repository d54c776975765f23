import { z } from 'zod';
import type { ResponseUsage } from '../realtime/types.ts';

const tokens = z
  .int()
  .nonnegative()
  .nullish()
  .transform((value) => value ?? 0);

/** The part of a message that is counted, as the SDK's `Usage` documents it; what is absent counts as none. */
const countedSchema = z.object({
  id: z.string().min(1),
  model: z.string().min(1),
  usage: z.object({
    input_tokens: tokens,
    cache_creation_input_tokens: tokens,
    cache_read_input_tokens: tokens,
    output_tokens: tokens,
    inference_geo: z.string().nullish(),
    service_tier: z.string().nullish(),
    speed: z.string().nullish(),
  }),
});

/**
 * The tokens of one answer as SPARK counts them; null when the service did not say. Here `input_tokens` are only those
 * that were neither read from the cache nor written to it, so the input of the others is their sum. `offList` marks what
 * the list price does not hold for: a region, a tier or a speed that costs differently.
 */
export function toCodeUsage(message: unknown): ResponseUsage | null {
  const parsed = countedSchema.safeParse(message);
  if (!parsed.success) return null;
  const { id, model, usage } = parsed.data;
  const read = usage.cache_read_input_tokens;
  const written = usage.cache_creation_input_tokens;
  const inputTokens = usage.input_tokens + read + written;
  const offList = usage.inference_geo === 'us' || !isStandard(usage.service_tier) || !isStandard(usage.speed);
  return {
    responseId: id,
    model,
    inputTokens,
    cachedTokens: read,
    cacheWriteTokens: written,
    outputTokens: usage.output_tokens,
    inputTextTokens: inputTokens,
    inputAudioTokens: 0,
    inputImageTokens: 0,
    cachedTextTokens: read,
    cachedAudioTokens: 0,
    cachedImageTokens: 0,
    outputTextTokens: usage.output_tokens,
    outputAudioTokens: 0,
    ...(offList ? { offList } : {}),
  };
}

const isStandard = (value: string | null | undefined): boolean =>
  value === undefined || value === null || value === 'standard';
