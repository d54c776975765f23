import { useEffect, useState } from 'react';

/** What became of copying. */
export type CopyOutcome = 'copied' | 'refused';

export const copyWords: Readonly<Record<CopyOutcome, string>> = {
  copied: 'Copied',
  refused: 'Not copied: no access to the clipboard',
};
/** How long it is said; a refusal is a sentence to read. */
export const copyShownMs: Readonly<Record<CopyOutcome, number>> = { copied: 1_500, refused: 5_000 };

/** False where the browser does not let it: no permission, no focus, or a page that is not a secure context. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

/** Something to copy, made only when it is wanted, and for a moment afterwards what became of it. */
export function useCopy(write: () => Promise<boolean>): {
  readonly copy: () => void;
  readonly outcome: CopyOutcome | null;
} {
  const [last, setLast] = useState<{ readonly outcome: CopyOutcome } | null>(null);
  useEffect(() => {
    if (last === null) return undefined;
    const timer = setTimeout(() => setLast(null), copyShownMs[last.outcome]);
    return () => clearTimeout(timer);
  }, [last]);
  return {
    copy: () => void write().then((isCopied) => setLast({ outcome: isCopied ? 'copied' : 'refused' })),
    outcome: last?.outcome ?? null,
  };
}
