import type { ReactNode } from 'react';
import { Button } from '../../components/Button.tsx';
import { safeText } from '../../lib/safeText.ts';
import { SessionsContext, useOpenSession } from '../sessions/index.ts';
import styles from './Undo.module.css';

/** A fork shows the changes of its parent; they are undone where they were made, so that both sessions agree on them. */
export function MadeElsewhere({
  sessionId,
  children,
}: {
  readonly sessionId: string;
  /** Who made it. */
  readonly children: ReactNode;
}) {
  const title = SessionsContext.use(
    (state) => state.sessions.find((session) => session.sessionId === sessionId)?.title ?? 'another session',
  );
  const { open } = useOpenSession();
  return (
    <>
      <div className={styles.bar}>{children}</div>
      <div className={styles.bar}>
        <span className={styles.question}>Made in {safeText(title)}; it can be undone there.</span>
        <Button tone="quiet" onClick={() => open(sessionId)}>
          Open it
        </Button>
      </div>
    </>
  );
}
