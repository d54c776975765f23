import type { SessionView } from '../../../shared/contracts/api/index.ts';
import { Dot } from '../../components/Dot.tsx';
import { formatAge } from '../../lib/format.ts';
import styles from './SessionState.module.css';

/** What goes on in a session, the most pressing first: it waits for the person, it works, or how long it rests. */
export function SessionState({ session, now }: { readonly session: SessionView; readonly now: number }) {
  if (session.waiting !== undefined) {
    return (
      <>
        <Dot tone="waiting" /> <span className={styles.waits}>waits for you</span>
      </>
    );
  }
  if (session.busy) {
    return (
      <>
        <Dot tone="busy" /> working
      </>
    );
  }
  return formatAge(session.updatedAt, now);
}
