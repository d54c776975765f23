import { useEffect } from 'react';
import { Button } from '../../components/Button.tsx';
import { Notice } from '../../components/Notice.tsx';
import { formatAge } from '../../lib/format.ts';
import { useNow } from '../../lib/hooks.ts';
import { safeText } from '../../lib/safeText.ts';
import { ProjectContext } from './projectStore.ts';
import styles from './Project.module.css';

/** Folders in which a write needs no approval any more, each with its way back. */
export function AllowedPart() {
  const allowed = ProjectContext.use((state) => state.allowed);
  const error = ProjectContext.use((state) => state.error);
  const { load, revoke } = ProjectContext.useHandle();
  const now = useNow(true, 60_000);
  useEffect(() => void load(), [load]);
  return (
    <div className={styles.form}>
      <p className={styles.hint}>
        {allowed.length === 0
          ? 'Nothing is allowed without asking. “Always here” on an approval allows writes in its folder; it is listed here and can be taken back.'
          : 'Writes in these folders are not asked about. They are shown, kept and undone like all others.'}{' '}
        Deletions, builds, settings and folders named Editor always ask.
      </p>
      {error === null ? null : <Notice tone="bad">{error.message}</Notice>}
      {allowed.length === 0 ? null : (
        <ul className={styles.list} aria-label="Always allowed">
          {allowed.map(({ ruleId, folder, createdAt }) => (
            <li key={ruleId}>
              <span className={styles.rowText}>
                <code>{safeText(folder)}</code>
                <span className={styles.hint}>writes · since {formatAge(createdAt, now)}</span>
              </span>
              <Button tone="quiet" aria-label={`Ask again in ${folder}`} onClick={() => void revoke(ruleId)}>
                Ask again
              </Button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
