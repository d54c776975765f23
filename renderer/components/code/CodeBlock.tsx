import { memo, useEffect, useState } from 'react';
import { Check, Copy } from 'lucide-react';
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

const isCSharp = (language: string): boolean => /^(c#|cs|csharp)$/i.test(language);

export const CodeBlock = memo(function CodeBlock({ code, language, complete }: CodeBlockProps) {
  const [spans, setSpans] = useState<readonly CodeSpan[] | null>(null);
  const [copied, setCopied] = useState(false);

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
  useEffect(() => {
    if (!copied) return undefined;
    const timer = setTimeout(() => setCopied(false), 1_500);
    return () => clearTimeout(timer);
  }, [copied]);

  const copy = (): void => {
    navigator.clipboard.writeText(code).then(
      () => setCopied(true),
      () => undefined,
    );
  };
  return (
    <figure className={styles.block}>
      <figcaption className={styles.head}>
        <span>{isCSharp(language) ? 'C#' : language}</span>
        <IconButton label={copied ? 'Copied' : 'Copy code'} icon={copied ? Check : Copy} side="left" onClick={copy} />
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
