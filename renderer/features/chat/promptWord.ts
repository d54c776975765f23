import type { SavedPrompt } from '../../../shared/contracts/projectTexts.ts';

/** What is typed behind a `/` at the very beginning of a message; null when the message begins otherwise. Pure. */
export const promptWordOf = (text: string, caret: number): string | null => {
  const found = /^\/([^\n/]{0,60})$/.exec(text.slice(0, caret));
  return found?.[1] ?? null;
};

/** The prompts that fit: those whose name begins with the word, then those that have it anywhere in name or text. */
export function promptsFor(prompts: readonly SavedPrompt[], word: string): readonly SavedPrompt[] {
  const wanted = word.trim().toLowerCase();
  const begins = prompts.filter(({ name }) => name.toLowerCase().startsWith(wanted));
  const has = prompts.filter(
    (prompt) => !begins.includes(prompt) && `${prompt.name}\n${prompt.text}`.toLowerCase().includes(wanted),
  );
  return [...begins, ...has];
}
