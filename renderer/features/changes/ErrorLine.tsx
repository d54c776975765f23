import { useEffect } from 'react';
import { CodeLine } from '../../components/code/index.ts';
import { ChangesContext } from './changesStore.ts';
import styles from './CompileErrors.module.css';

/** The line of the changed file that an error names, as it is in that change. */
export function ErrorLine({ changeId, line }: { readonly changeId: string; readonly line: number }) {
  const { readTexts } = ChangesContext.useHandle();
  const texts = ChangesContext.use((state) => state.texts.get(changeId));
  useEffect(() => void readTexts(changeId), [readTexts, changeId]);
  const text = texts?.kind === 'ready' ? (texts.after.split('\n', line)[line - 1] ?? '').trim() : '';
  return (
    <code className={styles.line} aria-hidden={text === ''}>
      <CodeLine code={text} />
    </code>
  );
}
