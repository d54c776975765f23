import { useEffect } from 'react';
import type { PolicyRule } from '../../../shared/contracts/settings.ts';
import { Button } from '../../components/Button.tsx';
import { formatAge } from '../../lib/format.ts';
import { useNow } from '../../lib/hooks.ts';
import { safeText } from '../../lib/safeText.ts';
import { ProjectError } from './ProjectError.tsx';
import { ProjectContext } from './projectStore.ts';
import form from '../../components/Form.module.css';
import styles from './Project.module.css';

/** Folders in which a write needs no approval any more, each with its way back. */
export function AllowedPart() {
  const allowed = ProjectContext.use((state) => state.allowed);
  const { load } = ProjectContext.useHandle();
  useEffect(() => void load(), [load]);
  return (
    <div className={styles.form}>
      <ProjectError />
      {allowed === null ? null : <Allowed rules={allowed} />}
    </div>
  );
}

function Allowed({ rules }: { readonly rules: readonly PolicyRule[] }) {
  const { revoke } = ProjectContext.useHandle();
  const now = useNow(true, 60_000);
  return (
    <>
      <p className={form.hint}>
        {rules.length === 0
          ? 'Nothing is allowed without asking. “Always here” on an approval allows writes in its folder; it is listed here and can be taken back.'
          : 'Writes in these folders are not asked about. They are shown, kept and undone like all others.'}{' '}
        Deletions, builds, settings and folders named Editor always ask.
      </p>
      {rules.length === 0 ? null : (
        <ul className={styles.list} aria-label="Always allowed">
          {rules.map(({ ruleId, folder, projectName, createdAt }) => (
            <li key={ruleId}>
              <span className={styles.rowText}>
                <code>{safeText(folder)}</code>
                <span className={form.hint}>
                  {projectName === undefined ? '' : `${safeText(projectName)} · `}writes · since{' '}
                  {formatAge(createdAt, now)}
                </span>
              </span>
              <Button tone="quiet" aria-label={`Ask again in ${folder}`} onClick={() => void revoke(ruleId)}>
                Ask again
              </Button>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
