import { useCopyReport } from '../lib/report.ts';
import { CopyButton } from './CopyButton.tsx';

/** Copies what SPARK knows of its state, with what was on the screen; nothing where nobody can be asked. */
export function CopyReport({ about }: { readonly about?: () => string }) {
  const copy = useCopyReport();
  if (copy === null) return null;
  return (
    <CopyButton title="Versions, health and the end of the log, without secrets" write={() => copy(about?.())}>
      Copy report
    </CopyButton>
  );
}
