import { Wrench } from 'lucide-react';
import type { ChangeView } from '../../../shared/contracts/api/index.ts';
import type { CompileMessage } from '../../../shared/contracts/functions.ts';
import { maxMendingRounds } from '../../../shared/domain/index.ts';
import { cx } from '../../lib/cx.ts';
import { countOf } from '../../lib/format.ts';
import { safeText } from '../../lib/safeText.ts';
import { showPanel, WindowContext } from '../../lib/windowStore.ts';
import { OpenSessionContext } from '../sessions/index.ts';
import { ErrorLine } from './ErrorLine.tsx';
import { attemptOf, changeWith, errorsOf, isNewestOfFile } from './fixedErrors.ts';
import styles from './CompileErrors.module.css';

/** The compile errors of a change by file. What a later change mended is struck through, not removed. */
export function CompileErrors({ change }: { readonly change: ChangeView }) {
  const changes = OpenSessionContext.use((state) => state.changes);
  const busy = OpenSessionContext.use((state) => state.session?.busy ?? false);
  const files = errorsOf(change, changes.values());
  if (files.length === 0) return null;
  const messages = files.flatMap((file) => file.messages);
  const open = messages.filter(({ fixed }) => !fixed).length;
  const state = stateOf({
    open,
    mended: messages.length - open,
    mending: busy && isNewestOfFile(change, changes.values()),
    attempt: attemptOf(change, changes.values()),
  });
  return (
    <section className={styles.errors} aria-label={`Compile errors: ${state}`}>
      <h3 className={styles.head}>
        <Wrench aria-hidden="true" />
        {state}
      </h3>
      {files.map(({ file, messages }) => (
        <div key={file}>
          <div className={styles.file}>{safeText(file)}</div>
          <ul>
            {messages.map(({ message, fixed }, index) => (
              <li key={index} className={cx(styles.row, fixed && styles.fixed)}>
                <Where message={message} change={change} />
                {message.code === undefined ? null : <code className={styles.code}>{message.code}</code>}
                <div className={styles.told}>
                  {safeText(message.message)}
                  {fixed ? <span className="visuallyHidden"> (mended)</span> : null}
                  {fixed || message.line === undefined || (message.file ?? change.path) !== change.path ? null : (
                    <ErrorLine changeId={change.changeId} line={message.line} />
                  )}
                </div>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </section>
  );
}

/** The place of an error; a click opens the diff at its line. */
function Where({ message, change }: { readonly message: CompileMessage; readonly change: ChangeView }) {
  const changes = OpenSessionContext.use((state) => state.changes);
  const { store } = WindowContext.useHandle();
  if (message.line === undefined) return <code className={styles.where}>–</code>;
  const place = `${message.line}:${message.column ?? 0}`;
  const changeId = changeWith(message, change, changes.values());
  if (changeId === null) return <code className={styles.where}>{place}</code>;
  return (
    <button
      type="button"
      className={styles.where}
      aria-label={`Show line ${message.line} of ${message.file ?? change.path}`}
      onClick={() => showPanel(store, 'changes', { changeId, changeLine: message.line ?? null })}
    >
      <code>{place}</code>
    </button>
  );
}

interface ErrorCounts {
  readonly open: number;
  readonly mended: number;
  readonly mending: boolean;
  readonly attempt: number;
}

function stateOf({ open, mended, mending, attempt }: ErrorCounts): string {
  if (open === 0) return 'all mended';
  const parts = [countOf(open, 'compile error')];
  if (mended > 0) parts.push(`${mended} mended`);
  if (mending) parts.push(attempt <= maxMendingRounds ? `mending (${attempt} of ${maxMendingRounds})` : 'mending');
  return parts.join(' · ');
}
