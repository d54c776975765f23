import { useId, useState, type KeyboardEvent, type RefObject } from 'react';
import type { SavedPrompt } from '../../../shared/contracts/projectTexts.ts';
import { ProjectContext } from '../project/index.ts';
import { ChatContext } from './chatStore.ts';
import { promptsFor, promptWordOf } from './promptWord.ts';

export interface PromptMenuHandle {
  readonly isOpen: boolean;
  readonly listId: string;
  readonly activeId: string | undefined;
  readonly active: number;
  readonly prompts: readonly SavedPrompt[];
  readonly pick: (prompt: SavedPrompt) => void;
  readonly onCaret: (text: string, caret: number) => void;
  /** True when the key was the menu's. */
  readonly onKeyDown: (event: KeyboardEvent) => boolean;
}

/** `/` at the beginning of a message offers saved prompts: arrows move, Enter or Tab takes, Escape closes. */
export function usePromptMenu(deps: {
  readonly field: RefObject<HTMLTextAreaElement | null>;
  readonly sessionId: string | null;
  readonly text: string;
}): PromptMenuHandle {
  const { field, sessionId, text } = deps;
  const all = ProjectContext.use((state) => state.prompts);
  const { drafts } = ChatContext.useHandle();
  const [caret, setCaret] = useState(0);
  const [marked, setMarked] = useState({ word: '', index: 0 });
  const [isDismissed, setDismissed] = useState(false);
  const listId = useId();
  const word = promptWordOf(text, caret);
  const prompts = word === null ? [] : promptsFor(all, word);
  // With a word that fits nothing it is a message like any other.
  const isOpen = word !== null && !isDismissed && sessionId !== null && (prompts.length > 0 || word === '');
  const active = marked.word === word ? Math.min(marked.index, Math.max(0, prompts.length - 1)) : 0;

  const pick = (prompt: SavedPrompt): void => {
    if (sessionId === null) return;
    drafts.setText(sessionId, `${prompt.text}${text.slice(caret)}`);
    const end = prompt.text.length;
    requestAnimationFrame(() => {
      field.current?.focus();
      field.current?.setSelectionRange(end, end);
    });
  };
  const move = (by: number): void =>
    setMarked({ word: word ?? '', index: (active + by + prompts.length) % Math.max(1, prompts.length) });

  return {
    isOpen,
    listId,
    active,
    activeId: prompts.length > 0 ? `${listId}-${active}` : undefined,
    prompts,
    pick,
    onCaret(now, at) {
      setCaret(at);
      if (promptWordOf(now, at) === null) setDismissed(false);
    },
    onKeyDown(event) {
      if (!isOpen) return false;
      const chosen = prompts[active];
      if (event.key === 'Escape') setDismissed(true);
      else if (event.key === 'ArrowDown' && chosen !== undefined) move(1);
      else if (event.key === 'ArrowUp' && chosen !== undefined) move(-1);
      else if ((event.key === 'Enter' || event.key === 'Tab') && !event.shiftKey && chosen !== undefined) pick(chosen);
      else return false;
      event.preventDefault();
      event.stopPropagation();
      return true;
    },
  };
}
