import { OpenSessionContext, SessionMenu } from '../features/sessions/index.ts';
import { safeText } from '../lib/safeText.ts';
import styles from './Shell.module.css';

/** The name of the opened session, its project, and what is done with it. */
export function SessionTitle() {
  const session = OpenSessionContext.use((state) => state.session);
  return (
    <>
      <h1 className={styles.title}>
        {safeText(session?.title ?? 'SPARK')}
        {session?.projectName == null ? null : (
          <span className={styles.project}> · {safeText(session.projectName)}</span>
        )}
        {session?.simulated === true ? <span className={styles.project}> · simulated</span> : null}
      </h1>
      {session === null ? null : <SessionMenu session={session} />}
    </>
  );
}
