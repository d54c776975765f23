import type { ApprovalView } from '../../../shared/contracts/api/index.ts';
import { Button } from '../../components/Button.tsx';
import { DiffView } from '../../components/code/index.ts';
import { LineCount } from '../../components/LineCount.tsx';
import { lineCountOf } from '../../lib/format.ts';
import { safeText } from '../../lib/safeText.ts';
import { showPanel, WindowContext } from '../../lib/windowStore.ts';
import type { ApprovalMode } from './approvalDrafts.ts';
import { FilePath } from './FilePath.tsx';
import { FilesBody } from './FilesBody.tsx';
import { BuildBody, DeleteBody, IngestBody, SceneBody, TestsBody } from './OtherApprovals.tsx';
import { Warnings } from './Warnings.tsx';
import styles from './ApprovalCard.module.css';

export interface ApprovalBodyProps {
  readonly approval: ApprovalView;
  readonly mode: ApprovalMode;
  /** The text that editing begins with; null: the proposed one. */
  readonly startText: string | null;
  readonly onEdit: (text: string) => void;
  /** The text of a file as it was edited so far. */
  readonly editedFile: (path: string) => string | undefined;
  /** Of a change to several files. */
  readonly onEditFile: (path: string, text: string) => void;
}

/** Inline rows of a diff; a longer one scrolls and can be opened in the panel. */
const inlineRows = 40;

export function ApprovalBody(props: ApprovalBodyProps) {
  const { approval, mode, startText, onEdit, editedFile, onEditFile } = props;
  const { store } = WindowContext.useHandle();
  if (approval.kind !== 'write') {
    const why = <Why reason={approval.reason} warnings={approval.warnings} />;
    switch (approval.kind) {
      case 'build':
        return <BuildBody approval={approval} why={why} />;
      case 'delete':
        return <DeleteBody approval={approval} why={why} />;
      case 'scene':
        return <SceneBody approval={approval} why={why} />;
      case 'tests':
        return <TestsBody approval={approval} why={why} />;
      case 'ingest':
        return <IngestBody approval={approval} why={why} />;
      case 'write_many':
        return (
          <FilesBody
            approval={approval}
            why={why}
            isEditing={mode === 'editing'}
            edited={editedFile}
            onEdit={onEditFile}
          />
        );
    }
  }
  const rows = lineCountOf(approval.after) + (approval.before === null ? 0 : approval.removedLines);
  return (
    <>
      <div className={styles.body}>
        <p className={styles.path}>
          <FilePath path={approval.path} />
          <LineCount added={approval.addedLines} removed={approval.removedLines} />
          <span className={styles.kind}>{approval.before === null ? 'new file' : 'changes a file'}</span>
          {approval.author === undefined ? null : <span className={styles.kind}>written by {approval.author}</span>}
          {rows > inlineRows ? (
            <Button tone="quiet" className={styles.wider ?? ''} onClick={() => showPanel(store, 'changes')}>
              Open in panel
            </Button>
          ) : null}
        </p>
        <Why reason={approval.reason} warnings={approval.warnings} />
        <OftenApproved approval={approval} />
      </div>
      <DiffView
        path={approval.path}
        before={approval.before ?? ''}
        after={mode === 'editing' && startText !== null ? startText : approval.after}
        label={mode === 'editing' ? `Edit ${approval.path}` : `Proposed change of ${approval.path}`}
        editable={mode === 'editing'}
        onEdit={onEdit}
        maxRows={inlineRows}
        changedLines={approval.addedLines + approval.removedLines}
      />
    </>
  );
}

/** So many approvals in a row say what the person thinks of them. */
const often = 20;

function OftenApproved({ approval }: { readonly approval: Extract<ApprovalView, { kind: 'write' }> }) {
  const { rememberFolder, approvedInARow = 0 } = approval;
  if (rememberFolder === null || approvedInARow < often) return null;
  return (
    <p className={styles.often}>
      You approved the last {approvedInARow} writes in <code>{safeText(rememberFolder)}</code>. <kbd>A</kbd> approves
      this one and stops asking there; Settings, <em>Always allowed</em>, takes that back.
    </p>
  );
}

function Why({ reason, warnings }: { readonly reason: string; readonly warnings: readonly string[] }) {
  return (
    <>
      {reason === '' ? null : <p className={styles.reason}>{safeText(reason)}</p>}
      <Warnings warnings={warnings} />
    </>
  );
}
