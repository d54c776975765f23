import { useEffect, useState } from 'react';
import { safeText } from '../../lib/safeText.ts';
import { loadMarkdown, useMarkdownBlock } from './loadMarkdown.ts';
import { makeBlockSplitter } from './splitBlocks.ts';
import styles from './Markdown.module.css';

/** Markdown by block: finished blocks keep their element and never render again. Plain text until it can be drawn. */
export function Markdown({ text, streaming }: { readonly text: string; readonly streaming: boolean }) {
  const Block = useMarkdownBlock();
  const [split] = useState(makeBlockSplitter);
  useEffect(() => void loadMarkdown(), []);
  const blocks = split(safeText(text));
  return (
    <div className={styles.markdown} dir="auto">
      {blocks.map((block, index) =>
        Block === null ? (
          <p key={index} className={styles.plain}>
            {block.trimEnd()}
          </p>
        ) : (
          <Block key={index} text={block} complete={!streaming || index < blocks.length - 1} />
        ),
      )}
    </div>
  );
}
