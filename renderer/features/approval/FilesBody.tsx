import { useState, type ReactNode } from 'react';
import { ChevronDown, ChevronRight } from 'lucide-react';
import type { ApprovalView } from '../../../shared/contracts/api/index.ts';
import { folderOf } from '../../../shared/domain/index.ts';
import { DiffView } from '../../components/code/index.ts';
import { LineCount } from '../../components/LineCount.tsx';
import { countOf, fileNameOf } from '../../lib/format.ts';
import { Warnings } from './Warnings.tsx';
import styles from './ApprovalCard.module.css';

type Files = Extract<ApprovalView, { kind: 'write_many' }>;
type ChangedFile = Files['files'][number];

/** Up to so many files are open at once; of more, each is opened by itself. */
const openFiles = 2;
/** Rows of one file; the rest scrolls. */
const shownRows = 12;

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

/** Several files as one change: what it comes to as a whole stays in sight, the files scroll below it. */
export function FilesBody(props: {
  readonly approval: Files;
  readonly why: ReactNode;
  /** Each file that is open can be edited. */
  readonly isEditing: boolean;
  /** The text of a file as it was edited so far. */
  readonly edited: (path: string) => string | undefined;
  readonly onEdit: (path: string, text: string) => void;
}) {
  const { approval, why, isEditing, edited, onEdit } = props;
  const { files } = approval;
  const created = files.filter(({ before }) => before === null).length;
  const warned = files.filter(({ warnings }) => warnings.length > 0).length;
  return (
    <>
      <div className={styles.body}>
        <p className={styles.path}>
          <span>
            Changes <strong>{countOf(files.length, 'file')}</strong> as one: all of them or none
          </span>
          <LineCount
            added={sum(files.map(({ addedLines }) => addedLines))}
            removed={sum(files.map(({ removedLines }) => removedLines))}
          />
          {created === 0 ? null : <span className={styles.kind}>{countOf(created, 'new file')}</span>}
        </p>
        {why}
        {warned === 0 || files.length <= openFiles ? null : (
          <Warnings warnings={[`${countOf(warned, 'file has', 'files have')} a warning; see below.`]} />
        )}
      </div>
      <ul className={styles.files} aria-label="Files">
        {files.map((file) => (
          <FileEntry
            key={file.path}
            file={file}
            startsOpen={files.length <= openFiles}
            isEditing={isEditing}
            edited={() => edited(file.path)}
            onEdit={(text) => onEdit(file.path, text)}
          />
        ))}
      </ul>
    </>
  );
}

function FileEntry(props: {
  readonly file: ChangedFile;
  readonly startsOpen: boolean;
  readonly isEditing: boolean;
  readonly edited: () => string | undefined;
  readonly onEdit: (text: string) => void;
}) {
  const { file, startsOpen, isEditing, edited, onEdit } = props;
  const { path, before, after, addedLines, removedLines, warnings } = file;
  const [open, setOpen] = useState(startsOpen);
  // What an editor begins with. A file that is closed and opened again must show what would be approved.
  const [start, setStart] = useState({ isEditing, text: edited() });
  if (start.isEditing !== isEditing) setStart({ isEditing, text: edited() });
  const toggle = (): void => {
    setStart({ isEditing, text: edited() });
    setOpen(!open);
  };
  const Chevron = open ? ChevronDown : ChevronRight;
  return (
    <li>
      <button type="button" className={styles.file} title={path} aria-expanded={open} onClick={toggle}>
        <Chevron aria-hidden="true" />
        <span className={styles.fileName}>
          {fileNameOf(path)} <span className={styles.kind}>{folderOf(path)}</span>
        </span>
        {before === null ? <span className={styles.kind}>new</span> : null}
        <LineCount added={addedLines} removed={removedLines} />
      </button>
      {warnings.length === 0 ? null : (
        <div className={styles.body}>
          <Warnings warnings={warnings} />
        </div>
      )}
      {open ? (
        <DiffView
          path={path}
          before={before ?? ''}
          after={isEditing ? (start.text ?? after) : after}
          label={isEditing ? `Edit ${path}` : `Proposed change of ${path}`}
          editable={isEditing}
          onEdit={onEdit}
          maxRows={shownRows}
          changedLines={addedLines + removedLines}
        />
      ) : null}
    </li>
  );
}
