import { useState } from 'react';
import type { SavedPrompt } from '../../../shared/contracts/projectTexts.ts';
import { ProjectContext } from '../project/index.ts';
import { promptsFor, promptWordOf } from './promptWord.ts';
import { useMenuChoice, type ComposerMenuHandle, type MenuField } from './useMenuChoice.ts';

const none: readonly SavedPrompt[] = [];

/** `/` at the beginning of a message offers saved prompts. */
export function usePromptMenu({ field, sessionId, text }: MenuField): ComposerMenuHandle<SavedPrompt> {
  const all = ProjectContext.use((state) => state.prompts) ?? none;
  const [caret, setCaret] = useState(0);
  const [isDismissed, setDismissed] = useState(false);
  const word = promptWordOf(text, caret);
  const prompts = word === null ? [] : promptsFor(all, word);
  const choice = useMenuChoice({
    field,
    sessionId,
    // With a word that fits nothing it is a message like any other.
    isOpen: word !== null && !isDismissed && sessionId !== null && (prompts.length > 0 || word === ''),
    word,
    choices: prompts,
    take: (prompt) => ({ text: `${prompt.text}${text.slice(caret)}`, caret: prompt.text.length }),
    dismiss: () => setDismissed(true),
  });

  return {
    ...choice,
    onCaret(now, at) {
      setCaret(at);
      if (promptWordOf(now, at) === null) setDismissed(false);
    },
  };
}
