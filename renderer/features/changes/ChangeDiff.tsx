import { useEffect } from 'react';
import type { ChangeView } from '../../../shared/contracts/api/index.ts';
import { Button } from '../../components/Button.tsx';
import { DiffView } from '../../components/code/index.ts';
import { Notice } from '../../components/Notice.tsx';
import { WindowContext } from '../../lib/windowStore.ts';
import { ChangesContext } from './changesStore.ts';
import { CompileErrors } from './CompileErrors.tsx';
import styles from './ChangesPanel.module.css';

/** The diff of a kept change, read once. */
export function ChangeDiff({ change }: { readonly change: ChangeView }) {
  const { changeId, path } = change;
  const line = WindowContext.use((state) => (state.changeId === changeId ? state.changeLine : null));
  const { readTexts } = ChangesContext.useHandle();
  const texts = ChangesContext.use((state) => state.texts.get(changeId));
  useEffect(() => void readTexts(changeId), [readTexts, changeId]);

  return (
    <div className={styles.diff}>
      <CompileErrors change={change} />
      {texts === undefined || texts.kind === 'loading' ? <p className={styles.quiet}>Reading the diff…</p> : null}
      {texts?.kind === 'failed' ? (
        <div className={styles.quiet}>
          <Notice tone="bad" actions={<Button onClick={() => void readTexts(changeId)}>Read again</Button>}>
            {texts.error.message}
          </Notice>
        </div>
      ) : null}
      {texts?.kind === 'ready' ? (
        <DiffView path={path} before={texts.before} after={texts.after} label={`Diff of ${path}`} revealLine={line} />
      ) : null}
    </div>
  );
}
