import { useEffect, useState, type ReactNode } from 'react';
import { Button } from './Button.tsx';

/** Copies a text, and says for a moment that it did, or that the clipboard refused it. `text` is made only when it is wanted. */
export function CopyButton({ text, children }: { readonly text: () => string; readonly children: ReactNode }) {
  const [outcome, setOutcome] = useState<'Copied' | 'Not copied' | null>(null);
  useEffect(() => {
    if (outcome === null) return undefined;
    const timer = setTimeout(() => setOutcome(null), 1_500);
    return () => clearTimeout(timer);
  }, [outcome]);
  const copy = (): void => {
    navigator.clipboard.writeText(text()).then(
      () => setOutcome('Copied'),
      () => setOutcome('Not copied'),
    );
  };
  return (
    <Button tone="quiet" onClick={copy}>
      <span role="status">{outcome ?? children}</span>
    </Button>
  );
}
