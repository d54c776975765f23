import { modelAudioTokens, tokensIn, type Tokens } from '../usage.ts';

/** Counts what a response puts out against `max_output_tokens`. */
export interface Budget {
  /** False when this no longer fits: it must not be sent. */
  readonly text: (text: string) => boolean;
  readonly audio: (ms: number) => boolean;
  readonly exhausted: () => boolean;
  readonly spent: () => Omit<Tokens, 'image'>;
}

export function makeBudget(limit: number | 'inf'): Budget {
  let text = '';
  let ms = 0;
  let exhausted = false;
  const fits = (nextText: string, nextMs: number): boolean => {
    exhausted ||= limit !== 'inf' && tokensIn(nextText) + modelAudioTokens(nextMs) > limit;
    return !exhausted;
  };
  return {
    text(more) {
      if (!fits(text + more, ms)) return false;
      text += more;
      return true;
    },
    audio(more) {
      if (!fits(text, ms + more)) return false;
      ms += more;
      return true;
    },
    exhausted: () => exhausted,
    spent: () => ({ text: tokensIn(text), audio: modelAudioTokens(ms) }),
  };
}
