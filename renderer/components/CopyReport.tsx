import { useState } from 'react';
import { useCopyReport } from '../lib/report.ts';
import { Button } from './Button.tsx';

const words = { no: 'Copy report', copied: 'Copied', failed: 'Not copied: no access to the clipboard' } as const;

/** Copies what SPARK knows of its state, with what was on the screen; nothing where nobody can be asked. */
export function CopyReport({ about }: { readonly about?: () => string }) {
  const copy = useCopyReport();
  const [state, setState] = useState<keyof typeof words>('no');
  if (copy === null) return null;
  return (
    <Button
      tone="quiet"
      title="Versions, health and the end of the log, without secrets"
      onClick={() => void copy(about?.()).then((isCopied) => setState(isCopied ? 'copied' : 'failed'))}
    >
      <span role="status">{words[state]}</span>
    </Button>
  );
}
