import { useEffect, useState, type ReactNode } from 'react';
import { Button } from './Button.tsx';

/** Copies a text, and says for a moment that it did. `text` is made only when it is wanted. */
export function CopyButton({ text, children }: { readonly text: () => string; readonly children: ReactNode }) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return undefined;
    const timer = setTimeout(() => setCopied(false), 1_500);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = (): void => {
    navigator.clipboard.writeText(text()).then(
      () => setCopied(true),
      () => undefined,
    );
  };
  return (
    <Button tone="quiet" onClick={copy}>
      <span role="status">{copied ? 'Copied' : children}</span>
    </Button>
  );
}
