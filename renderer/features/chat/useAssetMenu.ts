import { useEffect, useId, useState, type KeyboardEvent, type RefObject } from 'react';
import { AssetSearchContext, type FoundAsset } from './assetSearch.ts';
import { ChatContext } from './chatStore.ts';
import { mentionAt, toMention } from './mentions.ts';

export interface AssetMenuHandle {
  readonly isOpen: boolean;
  readonly listId: string;
  readonly activeId: string | undefined;
  readonly active: number;
  readonly assets: readonly FoundAsset[];
  readonly pick: (asset: FoundAsset) => void;
  /** Told of every change of the text and of the caret in it. */
  readonly onCaret: (text: string, caret: number) => void;
  /** True when the key was the menu's. */
  readonly onKeyDown: (event: KeyboardEvent) => boolean;
}

/** `@` and some letters offer assets of the project: arrows move, Enter or Tab takes, Escape closes. */
export function useAssetMenu(deps: {
  readonly field: RefObject<HTMLTextAreaElement | null>;
  readonly sessionId: string | null;
  readonly text: string;
}): AssetMenuHandle {
  const { field, sessionId, text } = deps;
  const { search } = AssetSearchContext.useHandle();
  const assets = AssetSearchContext.use((state) => state.assets);
  const word = AssetSearchContext.use((state) => state.word);
  const { drafts } = ChatContext.useHandle();
  const [marked, setMarked] = useState({ word: '', index: 0 });
  const [caret, setCaret] = useState(0);
  const [dismissed, setDismissed] = useState<string | null>(null);
  const listId = useId();
  const mention = mentionAt(text, caret);
  // A mention that was closed stays closed until another is begun.
  const key = mention === null ? null : String(mention.from);
  const wanted = mention === null || key === dismissed || sessionId === null ? null : mention.word;
  useEffect(() => {
    if (sessionId !== null) search(sessionId, wanted);
  }, [sessionId, wanted, search]);

  const isOpen = word !== null;
  // Another word begins at its first asset.
  const active = marked.word === word ? Math.min(marked.index, Math.max(0, assets.length - 1)) : 0;
  const pick = (asset: FoundAsset): void => {
    if (mention === null || sessionId === null) return;
    const inserted = `${toMention(asset.path)} `;
    drafts.setText(sessionId, `${text.slice(0, mention.from)}${inserted}${text.slice(caret)}`);
    setDismissed(key);
    const end = mention.from + inserted.length;
    requestAnimationFrame(() => {
      field.current?.focus();
      field.current?.setSelectionRange(end, end);
    });
  };
  const move = (by: number): void =>
    setMarked({ word: word ?? '', index: (active + by + assets.length) % Math.max(1, assets.length) });

  return {
    isOpen,
    listId,
    active,
    activeId: assets.length > 0 ? `${listId}-${active}` : undefined,
    assets,
    pick,
    onCaret(now, at) {
      setCaret(at);
      if (mentionAt(now, at) === null) setDismissed(null);
    },
    onKeyDown(event) {
      if (!isOpen) return false;
      const chosen = assets[active];
      if (event.key === 'Escape') setDismissed(key);
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
