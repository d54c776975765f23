import { Archive } from 'lucide-react';
import { Button } from '../../components/Button.tsx';
import { OpenSessionContext } from './openSessionStore.ts';
import { isArchived, SessionsContext } from './sessionsStore.ts';
import styles from './ForkedFrom.module.css';

/** That the opened session is archived, and the way back. Nothing when it is not. */
export function ArchivedBar() {
  const session = OpenSessionContext.use((state) => state.session);
  const { archive } = SessionsContext.useHandle();
  if (session === null || !isArchived(session)) return null;
  return (
    <div className={styles.bar}>
      <div className={styles.from} role="status">
        <Archive aria-hidden="true" />
        <span className={styles.text}>
          This session is archived: found by the search, in no list. A message brings it back.
        </span>
        <Button tone="quiet" onClick={() => void archive(session.sessionId, false)}>
          Bring back
        </Button>
      </div>
    </div>
  );
}
