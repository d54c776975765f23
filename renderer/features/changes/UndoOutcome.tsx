import { useState, type ReactNode } from 'react';
import type { ChangeView, UndoConflict } from '../../../shared/contracts/api/index.ts';
import { Button } from '../../components/Button.tsx';
import { DiffView } from '../../components/code/index.ts';
import { Notice } from '../../components/Notice.tsx';
import { ChangesContext } from './changesStore.ts';
import styles from './Undo.module.css';

/** What an undo came to when it did not simply work: still running, nothing to do, failed, or both sides of a conflict. */
export function UndoOutcome({ change }: { readonly change: ChangeView }) {
  const { dismissUndo } = ChangesContext.useHandle();
  const state = ChangesContext.use(({ undos }) => undos.get(change.changeId));
  if (state === undefined) return null;
  const dismiss = (
    <Button tone="quiet" onClick={() => dismissUndo(change.changeId)}>
      Dismiss
    </Button>
  );
  switch (state.kind) {
    case 'running':
      return (
        <p className={styles.running} role="status">
          Undoing…
        </p>
      );
    case 'nothing':
      return (
        <Framed>
          <Notice tone="info" actions={dismiss}>
            Nothing to undo: {state.why}
          </Notice>
        </Framed>
      );
    case 'failed':
      return (
        <Framed>
          <Notice tone="bad" actions={dismiss}>
            {state.error.message}
          </Notice>
        </Framed>
      );
    case 'conflict':
      return (
        <>
          <Framed>
            <Notice tone="warn" actions={dismiss}>
              {state.conflict.why} Nothing was written; decide in your editor. {state.done}
            </Notice>
          </Framed>
          <BothSides conflict={state.conflict} wasCreated={change.kind === 'created'} />
        </>
      );
  }
}

/** It may stand far below the button that was pressed: "undo all" stops at the oldest change that it could not undo. */
const Framed = ({ children }: { readonly children: ReactNode }) => (
  <div ref={intoSight} className={styles.outcome}>
    {children}
  </div>
);
const intoSight = (outcome: HTMLElement | null): void => outcome?.scrollIntoView({ block: 'nearest' });

/** Places in conflict that are shown at first; a file with many is decided in an editor. */
const firstRegions = 8;

function BothSides({ conflict, wasCreated }: { readonly conflict: UndoConflict; readonly wasCreated: boolean }) {
  const { path, regions, now, wanted, moreRegions = 0 } = conflict;
  const [all, setAll] = useState(false);
  if (now !== null && wanted !== null && regions.length === 0) {
    return (
      <DiffView path={path} before={now} after={wanted} label={`Now and before the change: ${path}`} maxRows={20} />
    );
  }
  const shown = all ? regions : regions.slice(0, firstRegions);
  const [first] = regions;
  const removesFile = wasCreated && regions.length === 1 && first?.line === 1 && first.wanted === '';
  return (
    <>
      <ul className={styles.regions} aria-label="Both sides">
        {shown.map((region) => (
          <li key={region.line}>
            <Side title={`Now · ${linesOf(region)}`} text={region.now} cut={region.nowCut} />
            <Side
              title={removesFile ? 'Undo would remove the file' : 'Undo would write'}
              text={region.wanted}
              cut={region.wantedCut}
            />
          </li>
        ))}
      </ul>
      {shown.length === regions.length ? null : (
        <div className={styles.bar}>
          <Button onClick={() => setAll(true)}>
            Show {moreRegions > 0 ? 'the first' : 'all'} {regions.length} places
          </Button>
        </div>
      )}
    </>
  );
}

/** A whole file can be in conflict; its beginning says enough, the rest is in the editor. */
const linesOf = ({ line, toLine }: UndoConflict['regions'][number]): string =>
  toLine === undefined || toLine <= line ? `from line ${line}` : `lines ${line}–${toLine}`;

interface SideProps {
  readonly title: string;
  readonly text: string;
  readonly cut?: number | undefined;
}

function Side({ title, text, cut = 0 }: SideProps) {
  const shown = cut === 0 ? text : `${text}\n… ${cut} more characters`;
  return (
    <div className={styles.side}>
      <h4>{title}</h4>
      <pre tabIndex={0} aria-label={title}>
        {shown === '' ? '(nothing)' : shown}
      </pre>
    </div>
  );
}
