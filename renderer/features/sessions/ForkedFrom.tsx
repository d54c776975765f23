import { GitFork } from 'lucide-react';
import { Button } from '../../components/Button.tsx';
import { OpenSessionContext } from './openSessionStore.ts';
import { useOpenSession } from './useOpenSession.ts';
import styles from './ForkedFrom.module.css';

/** Where the opened session came from, and the way back. Nothing when it is no fork. */
export function ForkedFrom() {
  const from = OpenSessionContext.use((state) => state.session?.forkedFrom);
  const { open } = useOpenSession();
  if (from === undefined) return null;
  return (
    <div className={styles.from}>
      <GitFork aria-hidden="true" />
      <span className={styles.text}>
        Forked from <strong>{from.title}</strong>, which stays as it was. What was done there is undone there.
      </span>
      <Button tone="quiet" onClick={() => open(from.sessionId)}>
        Open it
      </Button>
    </div>
  );
}
