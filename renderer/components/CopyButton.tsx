import type { ReactNode } from 'react';
import { copyWords, useCopy } from '../lib/clipboard.ts';
import { Button } from './Button.tsx';

export interface CopyButtonProps {
  /** Copies when it is pressed; false when it could not. */
  readonly write: () => Promise<boolean>;
  readonly title?: string;
  readonly children: ReactNode;
}

/** Copies, and says for a moment that it did, or that it could not. */
export function CopyButton({ write, title, children }: CopyButtonProps) {
  const { copy, outcome } = useCopy(write);
  return (
    <Button tone="quiet" title={title} onClick={copy}>
      <span role="status">{outcome === null ? children : copyWords[outcome]}</span>
    </Button>
  );
}
