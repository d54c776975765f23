import type { Item } from './conversation.ts';
import { readPicture, tokensOfPicture } from './pictures/picture.ts';
import type { Sounds } from './sound/sounds.ts';

/** Tokens by what they are made of. */
export interface Tokens {
  readonly text: number;
  readonly audio: number;
  readonly image: number;
}

interface WireTokens {
  readonly text_tokens: number;
  readonly audio_tokens: number;
  readonly image_tokens: number;
}

/** Usage as `response.done` reports it. Cached tokens are a subset of the input. */
export interface WireUsage {
  readonly total_tokens: number;
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly input_token_details: WireTokens & {
    readonly cached_tokens: number;
    readonly cached_tokens_details: WireTokens;
  };
  readonly output_token_details: { readonly text_tokens: number; readonly audio_tokens: number };
}

/** About four characters a token: the figure is plausible and repeatable, not the real tokenizer's. */
export const tokensIn = (text: string): number => Math.ceil(text.length / 4);
/** A token for each 100 ms that the user speaks, and for each 50 ms that the model speaks. */
export const userAudioTokens = (ms: number): number => Math.ceil(ms / 100);
export const modelAudioTokens = (ms: number): number => Math.ceil(ms / 50);

/** One stretch of the input: the same key again at the same place is read from the cache. */
export interface Segment {
  readonly key: string;
  readonly tokens: Tokens;
}

/** The whole conversation is input again for every response: instructions and tools first, then item by item. */
export function segmentsOf(prefix: string, items: readonly Item[], sounds: Sounds): Segment[] {
  const first = { key: prefix, tokens: { text: tokensIn(prefix), audio: 0, image: 0 } };
  return [first, ...items.map((item) => ({ key: JSON.stringify(item), tokens: tokensOfItem(item, sounds) }))];
}

/** What both inputs begin with is cached, each kind in blocks of 64 tokens. */
export function usageOf(
  input: readonly Segment[],
  previous: readonly Segment[],
  output: Omit<Tokens, 'image'>,
): WireUsage {
  const total = sum(input);
  const differs = input.findIndex((segment, at) => segment.key !== previous[at]?.key);
  const shared = sum(differs === -1 ? input : input.slice(0, differs));
  const block = (tokens: number): number => Math.floor(tokens / 64) * 64;
  const cached = { text: block(shared.text), audio: block(shared.audio), image: block(shared.image) };
  const inputTokens = total.text + total.audio + total.image;
  const outputTokens = output.text + output.audio;
  return {
    total_tokens: inputTokens + outputTokens,
    input_tokens: inputTokens,
    output_tokens: outputTokens,
    input_token_details: {
      ...toWire(total),
      cached_tokens: cached.text + cached.audio + cached.image,
      cached_tokens_details: toWire(cached),
    },
    output_token_details: { text_tokens: output.text, audio_tokens: output.audio },
  };
}

const toWire = ({ text, audio, image }: Tokens): WireTokens => ({
  text_tokens: text,
  audio_tokens: audio,
  image_tokens: image,
});

const sum = (segments: readonly Segment[]): Tokens =>
  segments.reduce(
    (all, { tokens }) => ({
      text: all.text + tokens.text,
      audio: all.audio + tokens.audio,
      image: all.image + tokens.image,
    }),
    { text: 0, audio: 0, image: 0 },
  );

/** Four tokens frame each item. */
function tokensOfItem(item: Item, sounds: Sounds): Tokens {
  if (item.type === 'function_call') return { text: tokensIn(item.name + item.arguments) + 4, audio: 0, image: 0 };
  if (item.type === 'function_call_output') return { text: tokensIn(item.output) + 4, audio: 0, image: 0 };
  let [text, audio, image] = [4, 0, 0];
  for (const part of item.content) {
    if (part.type === 'input_text' || part.type === 'output_text') text += tokensIn(part.text);
    else if (part.type === 'input_audio') audio += userAudioTokens(sounds.durationMs(item.id));
    else if (part.type === 'output_audio') audio += modelAudioTokens(sounds.durationMs(item.id));
    else {
      const read = readPicture(part.image_url);
      if (read.kind === 'picture') image += tokensOfPicture(read.picture, part.detail);
    }
  }
  return { text, audio, image };
}
