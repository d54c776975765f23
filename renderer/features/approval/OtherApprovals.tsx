import type { ReactNode } from 'react';
import { TriangleAlert } from 'lucide-react';
import type { ApprovalView } from '../../../shared/contracts/api/index.ts';
import { DiffView } from '../../components/code/index.ts';
import { LineCount } from '../../components/LineCount.tsx';
import { countOf, formatBytes, lineCountOf } from '../../lib/format.ts';
import styles from './ApprovalCard.module.css';

type Kind<K extends ApprovalView['kind']> = Extract<ApprovalView, { kind: K }>;
interface BodyProps<K extends ApprovalView['kind']> {
  readonly approval: Kind<K>;
  /** Reason and warnings. */
  readonly why: ReactNode;
}

/** Rows of what would go, or of an object's state; the rest scrolls. */
const shownRows = 16;

export function BuildBody({ approval, why }: BodyProps<'build'>) {
  return (
    <div className={styles.body}>
      <p>
        Build for <strong>{approval.target}</strong>
        {approval.development ? ' · development' : ''}
        {approval.outputPath === null ? '' : ` → ${approval.outputPath}`}
      </p>
      {why}
    </div>
  );
}

export function WriteManyBody({ approval, why }: BodyProps<'write_many'>) {
  return (
    <>
      <div className={styles.body}>
        <p>
          Changes <strong>{countOf(approval.files.length, 'file')}</strong> as one: all of them or none
        </p>
        {why}
      </div>
      {approval.files.map(({ path, before, after, addedLines, removedLines, warnings }) => (
        <div key={path}>
          <div className={styles.body}>
            <p className={styles.path}>
              <strong>{path}</strong>
              <LineCount added={addedLines} removed={removedLines} />
            </p>
            <Warnings warnings={warnings} />
          </div>
          <DiffView
            path={path}
            before={before ?? ''}
            after={after}
            label={`Proposed change of ${path}`}
            maxRows={shownRows}
          />
        </div>
      ))}
    </>
  );
}

/** What to know before approving, a sentence each. */
export function Warnings({ warnings }: { readonly warnings: readonly string[] }) {
  return warnings.map((warning) => (
    <p key={warning} className={styles.warning}>
      <TriangleAlert aria-hidden="true" />
      {warning}
    </p>
  ));
}

export function DeleteBody({ approval, why }: BodyProps<'delete'>) {
  const { path, before, sizeBytes, metaKept } = approval;
  return (
    <>
      <div className={styles.body}>
        <p className={styles.path}>
          <strong>{path}</strong>
          {before === null ? null : <LineCount added={0} removed={lineCountOf(before)} />}
          <span className={styles.kind}>deletes a file · {formatBytes(sizeBytes)}</span>
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
          <strong>{path}</strong>
          <span className={styles.kind}>changes the open scene</span>
        </p>
        <ul className={styles.steps}>
          {steps.map((step) => (
            <li key={step}>{step}</li>
          ))}
        </ul>
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
        <strong>{path}</strong>
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
        {testNames.length === 0 ? 'all of them' : testNames.join(', ')}
      </p>
      {why}
    </div>
  );
}
