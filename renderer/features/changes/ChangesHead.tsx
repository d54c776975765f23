import { useState } from 'react';
import type { ChangeView } from '../../../shared/contracts/api/index.ts';
import { Button } from '../../components/Button.tsx';
import { LineCount } from '../../components/LineCount.tsx';
import { countOf } from '../../lib/format.ts';
import { ChangesContext } from './changesStore.ts';
import { sumOf } from './sumOf.ts';
import styles from './Undo.module.css';

/** What the session's changes come to, and the way back over all of them. `changes`: the session's own, newest first. */
export function ChangesHead({
  changes,
  undone,
}: {
  readonly changes: readonly ChangeView[];
  readonly undone: ReadonlySet<string>;
}) {
  const { undoTo } = ChangesContext.useHandle();
  const busy = ChangesContext.use((state) => [...state.undos.values()].some(({ kind }) => kind === 'running'));
  const [asking, setAsking] = useState(false);
  const oldest = changes.at(-1);
  const sum = sumOf(changes, undone);
  if (oldest === undefined || changes.length < 2) return null;
  if (asking) {
    return (
      <div className={styles.bar} role="group" aria-label="Undo everything">
        <span className={styles.question}>
          Undo {countOf(sum.standing, 'change')} in {countOf(sum.files, 'file')}? What you wrote yourself is kept.
        </span>
        <Button
          disabled={busy}
          onClick={() => {
            setAsking(false);
            void undoTo(oldest.sessionId, oldest.changeId);
          }}
        >
          Undo all
        </Button>
        <Button tone="quiet" onClick={() => setAsking(false)}>
          Keep
        </Button>
      </div>
    );
  }
  return (
    <div className={styles.bar}>
      <span className={styles.question}>
        {sum.standing === 0 ? (
          'Everything is undone.'
        ) : (
          <>
            {countOf(sum.standing, 'change')} in {countOf(sum.files, 'file')}{' '}
            <LineCount added={sum.added} removed={sum.removed} />
          </>
        )}
      </span>
      {sum.standing === 0 ? null : (
        <Button tone="quiet" disabled={busy} onClick={() => setAsking(true)}>
          Undo all…
        </Button>
      )}
    </div>
  );
}
