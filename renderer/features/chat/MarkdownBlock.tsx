import { memo, type ReactNode } from 'react';
import ReactMarkdown, { type Components } from 'react-markdown';
import rehypeSanitize from 'rehype-sanitize';
import remarkGfm from 'remark-gfm';
import { CodeBlock } from '../../components/code/index.ts';
import { safeText } from '../../lib/safeText.ts';
import { htmlAsText } from './htmlAsText.ts';
import styles from './Markdown.module.css';

/** Of one block. */
const maxMarkdownChars = 20_000;

const remarkPlugins = [remarkGfm, htmlAsText];
const rehypePlugins = [rehypeSanitize];

/** The text is the model's: links are shown, never followed; images are named, never loaded; HTML stays text. */
const components: Components = {
  a: ({ children, href }) => (
    <span className={styles.link} title={safeText(href ?? '')}>
      {children}
    </span>
  ),
  img: ({ alt }) => <span className={styles.image}>[image not loaded{alt ? `: ${alt}` : ''}]</span>,
  pre: ({ children }) => <>{children}</>,
  code: ({ className, children }) => {
    const text = textOf(children);
    const language = /language-(\S+)/.exec(className ?? '')?.[1];
    if (language === undefined && !text.includes('\n')) return <code className={styles.inline}>{text}</code>;
    return <CodeBlock code={text.replace(/\n$/, '')} language={language ?? ''} complete />;
  },
  table: ({ children }) => (
    <div className={styles.table}>
      <table>{children}</table>
    </div>
  ),
  input: ({ checked }) => <span aria-label={checked ? 'done' : 'open'}>{checked ? '☑' : '☐'}</span>,
};
const streamingComponents: Components = {
  ...components,
  code: ({ className, children }) => {
    const text = textOf(children);
    const language = /language-(\S+)/.exec(className ?? '')?.[1];
    if (language === undefined && !text.includes('\n')) return <code className={styles.inline}>{text}</code>;
    return <CodeBlock code={text.replace(/\n$/, '')} language={language ?? ''} complete={false} />;
  },
};

const textOf = (children: ReactNode): string =>
  Array.isArray(children) ? children.map(textOf).join('') : typeof children === 'string' ? children : '';

export interface MarkdownBlockProps {
  readonly text: string;
  /** False while its text still grows. */
  readonly complete: boolean;
}

/** One block of markdown. Its libraries are a quarter of the window: `loadMarkdown` loads it beside the first session. */
export const MarkdownBlock = memo(function MarkdownBlock({ text, complete }: MarkdownBlockProps) {
  // Marks without end can make the parser take seconds; nobody writes a paragraph of this length.
  if (text.length > maxMarkdownChars) return <p className={styles.plain}>{text}</p>;
  return (
    <ReactMarkdown
      remarkPlugins={remarkPlugins}
      rehypePlugins={rehypePlugins}
      components={complete ? components : streamingComponents}
    >
      {text}
    </ReactMarkdown>
  );
});
