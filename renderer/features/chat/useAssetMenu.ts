import { useEffect, useState } from 'react';
import { AssetSearchContext, type FoundAsset } from './assetSearch.ts';
import { mentionAt, toMention } from './mentions.ts';
import { useMenuChoice, type ComposerMenuHandle, type MenuField } from './useMenuChoice.ts';

/** `@` and some letters offer assets of the project. */
export function useAssetMenu({ field, sessionId, text }: MenuField): ComposerMenuHandle<FoundAsset> {
  const { search } = AssetSearchContext.useHandle();
  const assets = AssetSearchContext.use((state) => state.assets);
  const word = AssetSearchContext.use((state) => state.word);
  const [caret, setCaret] = useState(0);
  const [dismissed, setDismissed] = useState<string | null>(null);
  const mention = mentionAt(text, caret);
  // A mention that was closed stays closed until another is begun.
  const key = mention === null ? null : String(mention.from);
  const wanted = mention === null || key === dismissed || sessionId === null ? null : mention.word;
  useEffect(() => {
    if (sessionId !== null) search(sessionId, wanted);
  }, [sessionId, wanted, search]);

  const choice = useMenuChoice({
    field,
    sessionId,
    // The palette searches with the same store: what it looks for is not offered here.
    isOpen: wanted !== null && word !== null,
    word,
    choices: assets,
    take(asset) {
      if (mention === null) return null;
      const inserted = `${toMention(asset.path)} `;
      setDismissed(key);
      return {
        text: `${text.slice(0, mention.from)}${inserted}${text.slice(caret)}`,
        caret: mention.from + inserted.length,
      };
    },
    dismiss: () => setDismissed(key),
  });

  return {
    ...choice,
    onCaret(now, at) {
      setCaret(at);
      if (mentionAt(now, at) === null) setDismissed(null);
    },
  };
}
