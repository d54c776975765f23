import { useState, type ReactNode } from 'react';
import type { ChangeView } from '../../../shared/contracts/api/index.ts';
import { Button } from '../../components/Button.tsx';
import { countOf } from '../../lib/format.ts';
import { ChangesContext } from './changesStore.ts';
import styles from './Undo.module.css';

export interface UndoBarProps {
  readonly change: ChangeView;
  readonly undone: boolean;
  /** Changes that came after this one. */
  readonly later: number;
  /** Who made it, before what can be done about it. */
  readonly children: ReactNode;
}

/** One change is undone at once, because its undo can be undone; going back over several asks first. */
export function UndoBar({ change, undone, later, children }: UndoBarProps) {
  const { undo, undoTo } = ChangesContext.useHandle();
  const busy = ChangesContext.use((state) => [...state.undos.values()].some(({ kind }) => kind === 'running'));
  const [asking, setAsking] = useState(false);
  if (asking) {
    return (
      <div className={styles.bar} role="group" aria-label="Undo to here">
        <span className={styles.question}>
          Undo this and {countOf(later, 'later change')}? What you wrote yourself is kept.
        </span>
        <Button
          disabled={busy}
          onClick={() => {
            setAsking(false);
            void undoTo(change.sessionId, change.changeId);
          }}
        >
          Undo {later + 1}
        </Button>
        <Button tone="quiet" onClick={() => setAsking(false)}>
          Keep
        </Button>
      </div>
    );
  }
  return (
    <div className={styles.bar}>
      {children}
      {later === 0 ? null : (
        <Button tone="quiet" disabled={busy} onClick={() => setAsking(true)} data-testid="undo-to">
          Undo to here
        </Button>
      )}
      <Button disabled={busy || undone} onClick={() => void undo(change.changeId)} data-testid="undo">
        {change.undoesChangeId === undefined ? 'Undo' : 'Redo'}
      </Button>
    </div>
  );
}
