import { useEffect, useState } from 'react';
import { safeText } from '../../lib/safeText.ts';
import type { CodeSpan } from './highlight.ts';

/** A line longer than this is generated; its beginning says enough. */
const maxChars = 300;

/** One line of C# in colours. */
export function CodeLine({ code }: { readonly code: string }) {
  const shown = safeText(code.length > maxChars ? `${code.slice(0, maxChars)}…` : code);
  const [coloured, setColoured] = useState<{ readonly of: string; readonly spans: readonly CodeSpan[] } | null>(null);
  useEffect(() => {
    if (shown === '') return undefined;
    let gone = false;
    import('./highlight.ts')
      .then(({ highlightCSharp }) => (gone ? undefined : setColoured({ of: shown, spans: highlightCSharp(shown) })))
      // Without the colours the line is shown plain.
      .catch(() => undefined);
    return () => {
      gone = true;
    };
  }, [shown]);
  if (coloured === null || coloured.of !== shown) return shown;
  return coloured.spans.map(({ text, classes }, index) => (
    <span key={index} className={classes}>
      {text}
    </span>
  ));
}
