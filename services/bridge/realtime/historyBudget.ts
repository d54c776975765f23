import type { HistoryItem } from './types.ts';

/** How much of a session's history a new connection is given. */
export interface HistoryBudget {
  readonly tokens: number;
  /** Pictures, newest first. */
  readonly images: number;
}

/** Half of the 128,000 tokens of the current models' context; the rest is for the turn. */
export const historyBudget: HistoryBudget = { tokens: 64_000, images: 4 };

/** A picture of 1024 pixels in full detail costs 765 tokens of the vision models; rounded up. */
const tokensPerImage = 1_000;
const tokensPerEntry = 8;

/** Four bytes of UTF-8 a token: right for English and code, and a little too high for scripts of three bytes a letter. */
export const estimateTokens = (text: string): number => Math.ceil(Buffer.byteLength(text, 'utf8') / 4);

/** `pictures`: how many of its pictures are sent as pictures. */
function measureEntry(entry: HistoryItem, pictures: number): number {
  if (entry.kind === 'fact') return tokensPerEntry + estimateTokens(entry.text);
  const text = entry.kind === 'call' ? entry.argumentsJson + entry.output : entry.text;
  return tokensPerEntry + pictures * tokensPerImage + estimateTokens(text);
}

/** The size of each entry. Only the newest pictures are sent, so no more than those take room. */
export function measureHistory(history: readonly HistoryItem[], budget: HistoryBudget): number[] {
  let room = budget.images;
  return history
    .toReversed()
    .map((entry) => {
      const pictures = Math.min(room, entry.kind === 'fact' ? 0 : (entry.images?.length ?? 0));
      room -= pictures;
      return measureEntry(entry, pictures);
    })
    .toReversed();
}
