import { memo, type ReactNode } from 'react';
import ReactMarkdown, { type Components } from 'react-markdown';
import rehypeSanitize from 'rehype-sanitize';
import remarkGfm from 'remark-gfm';
import { CodeBlock } from '../../components/code/index.ts';
import { safeText } from '../../lib/safeText.ts';
import { htmlAsText } from './htmlAsText.ts';
import { splitBlocks } from './splitBlocks.ts';
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

const Block = memo(function Block({ text, complete }: { readonly text: string; readonly complete: boolean }) {
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

/** Markdown by block: finished blocks keep their element and never render again. */
export function Markdown({ text, streaming }: { readonly text: string; readonly streaming: boolean }) {
  const blocks = splitBlocks(safeText(text));
  return (
    <div className={styles.markdown} dir="auto">
      {blocks.map((block, index) => (
        <Block key={index} text={block} complete={!streaming || index < blocks.length - 1} />
      ))}
    </div>
  );
}
