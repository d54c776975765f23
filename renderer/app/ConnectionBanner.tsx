import { Notice } from '../components/Notice.tsx';
import { Button } from '../components/Button.tsx';
import { SessionsContext } from '../features/sessions/index.ts';
import { useConnection } from '../lib/api/index.ts';
import styles from './Shell.module.css';

/** Says what is kept while the window cannot reach SPARK, and what to do when it never could. */
export function ConnectionBanner() {
  const connection = useConnection();
  const neverLoaded = SessionsContext.use((state) => state.status !== 'ready');
  const failed = SessionsContext.use((state) => state.status === 'failed');
  const { load } = SessionsContext.useHandle();
  if (connection === 'closed') {
    return (
      <div className={styles.banner}>
        <Notice tone="warn">
          {neverLoaded
            ? 'SPARK does not answer. It is tried again by itself; if this page was opened without its token, open the address that SPARK printed when it started.'
            : 'The connection to SPARK is closed. What is shown here and your draft are kept; it reconnects by itself.'}
        </Notice>
      </div>
    );
  }
  if (failed) {
    return (
      <div className={styles.banner}>
        <Notice tone="bad" actions={<Button onClick={() => void load()}>Try again</Button>}>
          The list of sessions could not be read. Nothing is lost; it is on this machine.
        </Notice>
      </div>
    );
  }
  return null;
}
