import { useId, useState, type KeyboardEvent, type RefObject } from 'react';
import { ChatContext } from './chatStore.ts';

/** The text field that a menu opens above, and the draft in it. */
export interface MenuField {
  readonly field: RefObject<HTMLTextAreaElement | null>;
  readonly sessionId: string | null;
  readonly text: string;
}

/** A list that opens above the composer's line while the focus stays in the text. */
export interface MenuChoice<Choice> {
  readonly isOpen: boolean;
  readonly listId: string;
  /** Of the marked option; undefined when there is nothing to choose. */
  readonly activeId: string | undefined;
  readonly active: number;
  readonly choices: readonly Choice[];
  readonly pick: (choice: Choice) => void;
  /** True when the key was the menu's. */
  readonly onKeyDown: (event: KeyboardEvent) => boolean;
}

/** What a menu that follows the text of the composer adds to its choice. */
export interface ComposerMenuHandle<Choice> extends MenuChoice<Choice> {
  /** Told of every change of the text and of the caret in it. */
  readonly onCaret: (text: string, caret: number) => void;
}

/** Arrows move the mark, Enter or Tab takes the marked choice into the text, Escape closes. */
export function useMenuChoice<Choice>(deps: {
  readonly field: MenuField['field'];
  readonly sessionId: string | null;
  readonly isOpen: boolean;
  /** What the choices were found for. Another word begins at its first choice. */
  readonly word: string | null;
  readonly choices: readonly Choice[];
  /** The text with the choice in it, and the caret behind it; null when it has no place any more. */
  readonly take: (choice: Choice) => { readonly text: string; readonly caret: number } | null;
  readonly dismiss: () => void;
}): MenuChoice<Choice> {
  const { field, sessionId, isOpen, word, choices, take, dismiss } = deps;
  const { drafts } = ChatContext.useHandle();
  const [marked, setMarked] = useState({ word: '', index: 0 });
  const listId = useId();
  const active = marked.word === word ? Math.min(marked.index, Math.max(0, choices.length - 1)) : 0;

  const pick = (choice: Choice): void => {
    if (sessionId === null) return;
    const taken = take(choice);
    if (taken === null) return;
    drafts.setText(sessionId, taken.text);
    requestAnimationFrame(() => {
      field.current?.focus();
      field.current?.setSelectionRange(taken.caret, taken.caret);
    });
  };
  const move = (by: number): void =>
    setMarked({ word: word ?? '', index: (active + by + choices.length) % Math.max(1, choices.length) });

  return {
    isOpen,
    listId,
    active,
    activeId: choices.length > 0 ? `${listId}-${active}` : undefined,
    choices,
    pick,
    onKeyDown(event) {
      if (!isOpen) return false;
      const chosen = choices[active];
      if (event.key === 'Escape') dismiss();
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
