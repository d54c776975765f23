import { useEffect } from 'react';
import type { TeamChange } from '../../../shared/contracts/api/index.ts';
import { Button } from '../../components/Button.tsx';
import { CodeBlock, DiffView } from '../../components/code/index.ts';
import { fileNameOf } from '../../lib/format.ts';
import { safeText } from '../../lib/safeText.ts';
import { TeamContext } from './teamStore.ts';

/** The text of a change as the database has it: against the text before where that is there, too. */
export function TeamChangeCode({ change: { changeId, hasText, path } }: { readonly change: TeamChange }) {
  const text = TeamContext.use((state) => state.opened?.texts.get(changeId) ?? null);
  const { readChange } = TeamContext.useHandle();
  useEffect(() => {
    if (hasText) readChange(changeId);
  }, [readChange, changeId, hasText]);
  if (!hasText) return <p>Its text was too large for the database, or the app that wrote it sent none.</p>;
  if (text === null) return <p role="status">Reading the text…</p>;
  switch (text.kind) {
    case 'text':
      return text.before === null ? (
        <CodeBlock code={safeText(text.after)} language={path.endsWith('.cs') ? 'csharp' : ''} complete />
      ) : (
        <DiffView
          path={path}
          before={text.before}
          after={text.after}
          label={`Changes in ${safeText(fileNameOf(path))}`}
          maxRows={24}
        />
      );
    case 'unknown':
      return <p>The database does not have its text any more.</p>;
    case 'off':
      return <p>No database is set up any more.</p>;
    case 'away':
    case 'failed':
      return (
        <p>
          {safeText(text.why)} <Button onClick={() => readChange(changeId)}>Try again</Button>
        </p>
      );
  }
}
