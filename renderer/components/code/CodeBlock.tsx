import { memo, useEffect, useState } from 'react';
import { Check, Copy } from 'lucide-react';
import { copyText, useCopy } from '../../lib/clipboard.ts';
import { IconButton } from '../IconButton.tsx';
import type { CodeSpan } from './highlight.ts';
import styles from './CodeBlock.module.css';

export interface CodeBlockProps {
  readonly code: string;
  /** As the fence says it: `csharp`, `cs`, `json`. Only C# is coloured. */
  readonly language: string;
  /** False while its text still grows: it is coloured once, when it stands. */
  readonly complete: boolean;
}

const words = { copied: 'Copied', refused: 'The clipboard refused it' } as const;

const isCSharp = (language: string): boolean => /^(c#|cs|csharp)$/i.test(language);

export const CodeBlock = memo(function CodeBlock({ code, language, complete }: CodeBlockProps) {
  const [spans, setSpans] = useState<readonly CodeSpan[] | null>(null);
  const { copy, outcome } = useCopy(() => copyText(code));

  useEffect(() => {
    if (!complete || !isCSharp(language)) return undefined;
    let gone = false;
    import('./highlight.ts')
      .then(({ highlightCSharp }) => (gone ? undefined : setSpans(highlightCSharp(code))))
      .catch(() => undefined);
    return () => {
      gone = true;
    };
  }, [code, language, complete]);
  return (
    <figure className={styles.block}>
      <figcaption className={styles.head}>
        <span>{isCSharp(language) ? 'C#' : language}</span>
        <IconButton
          label={outcome === null ? 'Copy code' : words[outcome]}
          icon={outcome === 'copied' ? Check : Copy}
          side="left"
          onClick={copy}
        />
      </figcaption>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a scrolling region must be reachable by key */}
      <pre className={styles.code} tabIndex={0}>
        <code>
          {spans === null
            ? code
            : spans.map(({ text, classes }, index) => (
                <span key={index} className={classes}>
                  {text}
                </span>
              ))}
        </code>
      </pre>
    </figure>
  );
});
