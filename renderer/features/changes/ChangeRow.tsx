import { ChevronDown, ChevronRight } from 'lucide-react';
import type { ChangeView } from '../../../shared/contracts/api/index.ts';
import { folderOf } from '../../../shared/domain/index.ts';
import { Dot, type DotTone } from '../../components/Dot.tsx';
import { LineCount } from '../../components/LineCount.tsx';
import { cx } from '../../lib/cx.ts';
import { countOf, fileNameOf } from '../../lib/format.ts';
import { StoredMark } from './StoredMark.tsx';
import styles from './ChangesPanel.module.css';

const compileTone: Readonly<Record<ChangeView['compileStatus'], DotTone>> = {
  ok: 'ok',
  errors: 'bad',
  compiling: 'busy',
  unknown: 'off',
};

/** Only scripts are compiled. */
const isCompiled = ({ kind, path }: ChangeView): boolean => kind !== 'scene' && path.endsWith('.cs');

const compileWords = (change: ChangeView): string => {
  switch (change.compileStatus) {
    case 'ok':
      return 'compiled';
    case 'errors':
      return countOf(change.compileErrors.filter(({ severity }) => severity === 'error').length, 'error');
    case 'compiling':
      return 'compiling';
    case 'unknown':
      return 'not compiled yet';
  }
};

/** What the row says instead of a compile that went well. */
const wordOf = (change: ChangeView, undone: boolean): string | null => {
  if (undone) return 'undone';
  if (change.undoesChangeId !== undefined) return 'undo';
  return change.kind === 'deleted' ? 'deleted' : null;
};

export interface ChangeRowProps {
  readonly change: ChangeView;
  readonly open: boolean;
  /** Taken back since. */
  readonly undone: boolean;
  readonly onToggle: () => void;
}

export function ChangeRow({ change, open, undone, onToggle }: ChangeRowProps) {
  const word = wordOf(change, undone);
  const Chevron = open ? ChevronDown : ChevronRight;
  return (
    <button type="button" className={styles.row} aria-expanded={open} onClick={onToggle} data-testid="change-row">
      <Chevron aria-hidden="true" />
      <span className={cx(styles.name, undone && styles.undone)} title={change.path}>
        {change.subject ?? fileNameOf(change.path)} <span className={styles.folder}>{folderOf(change.path)}</span>
      </span>
      {word === null ? null : <span className={styles.compile}>{word}</span>}
      <LineCount added={change.addedLines} removed={change.removedLines} />
      {isCompiled(change) && (word === null || change.compileStatus === 'errors') ? (
        <span className={styles.compile}>
          <Dot tone={compileTone[change.compileStatus]} />
          {compileWords(change)}
        </span>
      ) : null}
      <StoredMark changeId={change.changeId} />
    </button>
  );
}
