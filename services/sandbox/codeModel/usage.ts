import { createHash } from 'node:crypto';
import { partsOf, type MessagesBody } from './body.ts';

/** Tokens of one answer as the service reports them: `input_tokens` has neither the read nor the written ones. */
export interface SimulatedUsage {
  readonly input_tokens: number;
  readonly cache_creation_input_tokens: number;
  readonly cache_read_input_tokens: number;
  readonly output_tokens: number;
}

/** Shorter prefixes are not cached. */
const smallestCached = 1_024;
export const tokensOf = (text: string): number => Math.ceil(text.length / 4);

/** Counts the input, and remembers the prefixes that were marked, as the service's cache does. */
export interface PromptCache {
  readonly count: (body: MessagesBody) => Omit<SimulatedUsage, 'output_tokens'>;
}

export function makePromptCache(): PromptCache {
  const known = new Set<string>();
  return {
    count(body) {
      const hash = createHash('sha256').update(body.model);
      const prefixes: { readonly key: string; readonly tokens: number }[] = [];
      let total = 0;
      for (const { text, marked } of partsOf(body)) {
        hash.update('\0').update(text);
        total += tokensOf(text);
        if (marked && total >= smallestCached) prefixes.push({ key: hash.copy().digest('hex'), tokens: total });
      }
      const read = prefixes.findLast(({ key }) => known.has(key))?.tokens ?? 0;
      const marked = prefixes.at(-1)?.tokens ?? 0;
      for (const { key } of prefixes) known.add(key);
      return {
        input_tokens: total - Math.max(read, marked),
        cache_creation_input_tokens: Math.max(0, marked - read),
        cache_read_input_tokens: read,
      };
    },
  };
}
