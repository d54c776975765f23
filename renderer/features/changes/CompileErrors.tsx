import { Wrench } from 'lucide-react';
import type { ChangeView } from '../../../shared/contracts/api/index.ts';
import { cx } from '../../lib/cx.ts';
import { countOf } from '../../lib/format.ts';
import { OpenSessionContext } from '../sessions/index.ts';
import { attemptsAfter, errorsOf } from './fixedErrors.ts';
import styles from './CompileErrors.module.css';

/** The compile errors of a change by file. What a later change mended is struck through, not removed. */
export function CompileErrors({ change }: { readonly change: ChangeView }) {
  const changes = OpenSessionContext.use((state) => state.changes);
  const busy = OpenSessionContext.use((state) => state.session?.busy ?? false);
  const files = errorsOf(change, changes.values());
  if (files.length === 0) return null;
  const open = files.flatMap(({ messages }) => messages).filter(({ fixed }) => !fixed).length;
  const attempts = attemptsAfter(change, changes.values());
  const state =
    open === 0
      ? 'all mended'
      : `${countOf(open, 'compile error')}${busy ? ` · mending${attempts > 0 ? ` (attempt ${attempts + 1})` : ''}` : ''}`;
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
