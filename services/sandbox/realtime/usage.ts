import type { Item } from './conversation.ts';

/** Usage as `response.done` reports it. Cached tokens are a subset of the input. */
export interface WireUsage {
  readonly total_tokens: number;
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly input_token_details: {
    readonly text_tokens: number;
    readonly audio_tokens: number;
    readonly image_tokens: number;
    readonly cached_tokens: number;
    readonly cached_tokens_details: {
      readonly text_tokens: number;
      readonly audio_tokens: number;
      readonly image_tokens: number;
    };
  };
  readonly output_token_details: { readonly text_tokens: number; readonly audio_tokens: number };
}

/** About four characters a token: the figure is plausible and repeatable, not the real tokenizer's. */
export const tokensIn = (text: string): number => Math.ceil(text.length / 4);

/** The whole conversation is input again for every response; what the last one read is cached, in blocks of 64 tokens. */
export function usageOf(input: {
  readonly prefix: string;
  readonly items: readonly Item[];
  readonly previousInputTokens: number;
  readonly output: string;
}): WireUsage {
  const text = input.items.reduce((sum, item) => sum + tokensIn(textOf(item)) + 4, tokensIn(input.prefix));
  const cached = Math.min(text, Math.floor(input.previousInputTokens / 64) * 64);
  const output = tokensIn(input.output);
  return {
    total_tokens: text + output,
    input_tokens: text,
    output_tokens: output,
    input_token_details: {
      text_tokens: text,
      audio_tokens: 0,
      image_tokens: 0,
      cached_tokens: cached,
      cached_tokens_details: { text_tokens: cached, audio_tokens: 0, image_tokens: 0 },
    },
    output_token_details: { text_tokens: output, audio_tokens: 0 },
  };
}

/** The text of an item, as far as it has one. */
export function textOf(item: Item): string {
  switch (item.type) {
    case 'message':
      return item.content.map((part) => ('text' in part ? part.text : '')).join('');
    case 'function_call':
      return `${item.name}${item.arguments}`;
    case 'function_call_output':
      return item.output;
  }
}
