import { Wrench } from 'lucide-react';
import type { ChangeView } from '../../../shared/contracts/api/index.ts';
import { cx } from '../../lib/cx.ts';
import { countOf } from '../../lib/format.ts';
import { OpenSessionContext } from '../sessions/index.ts';
import { attemptOf, errorsOf, isNewestOfFile } from './fixedErrors.ts';
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
          <div className={styles.file}>{file}</div>
          <ul>
            {messages.map(({ message, fixed }, index) => (
              <li key={index} className={cx(styles.row, fixed && styles.fixed)}>
                <code className={styles.where}>
                  {message.line === undefined ? '–' : `${message.line}:${message.column ?? 0}`}
                </code>
                {message.code === undefined ? null : <code className={styles.code}>{message.code}</code>}
                <span>
                  {message.message}
                  {fixed ? <span className="visuallyHidden"> (mended)</span> : null}
                </span>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </section>
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
  if (mending) parts.push(attempt > 1 ? `mending (attempt ${attempt})` : 'mending');
  return parts.join(' · ');
}
