import { ChevronDown, ChevronRight } from 'lucide-react';
import type { ChangeView } from '../../../shared/contracts/api/index.ts';
import { folderOf } from '../../../shared/domain/index.ts';
import { Dot, type DotTone } from '../../components/Dot.tsx';
import { LineCount } from '../../components/LineCount.tsx';
import { countOf, fileNameOf } from '../../lib/format.ts';
import { StoredMark } from './StoredMark.tsx';
import styles from './ChangesPanel.module.css';

const compileTone: Readonly<Record<ChangeView['compileStatus'], DotTone>> = {
  ok: 'ok',
  errors: 'bad',
  compiling: 'busy',
  unknown: 'off',
};

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

export interface ChangeRowProps {
  readonly change: ChangeView;
  readonly open: boolean;
  readonly onToggle: () => void;
}

export function ChangeRow({ change, open, onToggle }: ChangeRowProps) {
  const Chevron = open ? ChevronDown : ChevronRight;
  return (
    <button type="button" className={styles.row} aria-expanded={open} onClick={onToggle} data-testid="change-row">
      <Chevron aria-hidden="true" />
      <span className={styles.name} title={change.path}>
        {fileNameOf(change.path)} <span className={styles.folder}>{folderOf(change.path)}</span>
      </span>
      <LineCount added={change.addedLines} removed={change.removedLines} />
      <span className={styles.compile}>
        <Dot tone={compileTone[change.compileStatus]} />
        {compileWords(change)}
      </span>
      <StoredMark changeId={change.changeId} />
    </button>
  );
}
