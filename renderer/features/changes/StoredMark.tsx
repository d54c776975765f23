import { Check, Database } from 'lucide-react';
import { cx } from '../../lib/cx.ts';
import { ChangesContext } from './changesStore.ts';
import styles from './StoredMark.module.css';

/** *kept*: in the journal of this machine. *stored*: its row was read back from the database. */
export function StoredMark({ changeId }: { readonly changeId: string }) {
  const stored = ChangesContext.use((state) => state.stored.has(changeId));
  const source = ChangesContext.use((state) => state.source);
  const title = stored
    ? `In the database; read back from the ${source ?? 'database'}.`
    : source === 'none'
      ? 'Kept on this machine. No database answers now; it is stored when one does.'
      : 'Kept on this machine; waiting for its row in the database.';
  const Icon = stored ? Database : Check;
  return (
    <span className={cx(styles.mark, stored && styles.stored)} title={title} data-stored={stored}>
      <Icon aria-hidden="true" />
      <span className={styles.word}>{stored ? 'stored' : 'kept'}</span>
    </span>
  );
}
