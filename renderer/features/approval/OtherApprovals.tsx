import type { ReactNode } from 'react';
import type { ApprovalView } from '../../../shared/contracts/api/index.ts';
import { DiffView } from '../../components/code/index.ts';
import { LineCount } from '../../components/LineCount.tsx';
import { countOf, formatBytes, lineCountOf } from '../../lib/format.ts';
import { safeText } from '../../lib/safeText.ts';
import { targetNames } from '../../lib/buildTargets.ts';
import { FilePath } from './FilePath.tsx';
import styles from './ApprovalCard.module.css';

type Kind<K extends ApprovalView['kind']> = Extract<ApprovalView, { kind: K }>;
interface BodyProps<K extends ApprovalView['kind']> {
  readonly approval: Kind<K>;
  /** Reason and warnings. */
  readonly why: ReactNode;
}

/** Rows of what would go, or of an object's state; the rest scrolls. */
const shownRows = 14;

export function BuildBody({ approval, why }: BodyProps<'build'>) {
  return (
    <div className={styles.body}>
      <p>
        Build for <strong>{targetNames[approval.target]}</strong>
        {approval.development ? ' · development' : ''}
        {approval.outputPath === null ? '' : ` → ${approval.outputPath}`}
      </p>
      {why}
    </div>
  );
}

export function DeleteBody({ approval, why }: BodyProps<'delete'>) {
  const { path, before, sizeBytes, metaKept } = approval;
  return (
    <>
      <div className={styles.body}>
        <p className={styles.path}>
          <FilePath path={path} />
          {before === null ? null : <LineCount added={0} removed={lineCountOf(before)} />}
          <span className={styles.gone}>deletes the file</span>
          <span className={styles.kind}>{formatBytes(sizeBytes)}</span>
        </p>
        {why}
        {metaKept ? <p className={styles.reason}>The file and its .meta are kept first; you can undo this.</p> : null}
      </div>
      {before === null ? null : (
        <DiffView path={path} before={before} after="" label={`Would be deleted: ${path}`} maxRows={shownRows} />
      )}
    </>
  );
}

export function SceneBody({ approval, why }: BodyProps<'scene'>) {
  const { path, steps, before, after } = approval;
  return (
    <>
      <div className={styles.body}>
        <p className={styles.path}>
          <FilePath path={path} />
          <span className={styles.kind}>changes the open scene</span>
        </p>
        <Items label="Steps" items={steps} />
        {why}
      </div>
      <DiffView path={path} before={before} after={after} label={`Before and after in ${path}`} maxRows={shownRows} />
    </>
  );
}

export function IngestBody({ approval, why }: BodyProps<'ingest'>) {
  const { path, source, sizeBytes, type } = approval;
  return (
    <div className={styles.body}>
      <p className={styles.path}>
        <FilePath path={path} />
        <span className={styles.kind}>
          new asset · {type} · {formatBytes(sizeBytes)}
        </span>
      </p>
      <p className={styles.reason}>Copied from {source}; the original stays as it is.</p>
      {why}
    </div>
  );
}

export function TestsBody({ approval, why }: BodyProps<'tests'>) {
  const { mode, testNames } = approval;
  return (
    <div className={styles.body}>
      <p>
        Run <strong>{mode === 'EditMode' ? 'edit mode' : 'play mode'}</strong> tests ·{' '}
        {testNames.length === 0 ? 'all of them' : countOf(testNames.length, 'test')}
      </p>
      {testNames.length === 0 ? null : <Items label="Tests" items={testNames} />}
      {why}
    </div>
  );
}

/** A few of them are always seen whole; more scroll, also with the keyboard. */
const fewItems = 2;

function Items({ label, items }: { readonly label: string; readonly items: readonly string[] }) {
  return (
    <ul
      className={styles.steps}
      aria-label={label}
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls is reached with the keyboard
      tabIndex={items.length > fewItems ? 0 : undefined}
    >
      {items.map((item) => (
        <li key={item}>{safeText(item)}</li>
      ))}
    </ul>
  );
}
