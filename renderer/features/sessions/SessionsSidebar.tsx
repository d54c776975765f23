import { useState } from 'react';
import { Plus, Search } from 'lucide-react';
import { Dot } from '../../components/Dot.tsx';
import { IconButton } from '../../components/IconButton.tsx';
import { Notice } from '../../components/Notice.tsx';
import { formatAge } from '../../lib/format.ts';
import { useNow } from '../../lib/hooks.ts';
import { OpenSessionContext } from './openSessionStore.ts';
import { SessionsContext } from './sessionsStore.ts';
import { useOpenSession } from './useOpenSession.ts';
import styles from './SessionsSidebar.module.css';

/** The list of sessions with a search by title. `onPicked`: the window is narrow and the list covers the chat. */
export function SessionsSidebar({ onPicked }: { readonly onPicked?: () => void }) {
  const sessions = SessionsContext.use((state) => state.sessions);
  const status = SessionsContext.use((state) => state.status);
  const error = SessionsContext.use((state) => state.error);
  const openedId = OpenSessionContext.use((state) => state.sessionId);
  const { open, create } = useOpenSession();
  const [words, setWords] = useState('');
  const now = useNow(true, 60_000);
  const shown = sessions.filter(({ title }) => title.toLowerCase().includes(words.trim().toLowerCase()));

  return (
    <nav className={styles.sidebar} aria-label="Sessions">
      <div className={styles.head}>
        <label className={styles.search}>
          <Search aria-hidden="true" />
          <span className="visuallyHidden">Search sessions</span>
          <input type="search" placeholder="Search sessions" value={words} onChange={(e) => setWords(e.target.value)} />
        </label>
        <IconButton
          label="New session"
          icon={Plus}
          onClick={() => {
            create();
            onPicked?.();
          }}
        />
      </div>
      {error === null ? null : <Notice tone="bad">{error.message}</Notice>}
      {status === 'loading' ? <p className={styles.quiet}>Reading sessions…</p> : null}
      {status === 'ready' && shown.length === 0 ? (
        <p className={styles.quiet}>{words === '' ? 'No sessions yet.' : `No session is named “${words}”.`}</p>
      ) : null}
      <ul className={styles.list}>
        {shown.map((session) => (
          <li key={session.sessionId}>
            <button
              type="button"
              className={styles.item}
              aria-current={session.sessionId === openedId ? 'true' : undefined}
              onClick={() => {
                open(session.sessionId);
                onPicked?.();
              }}
            >
              <span className={styles.title}>{session.title}</span>
              <span className={styles.meta}>
                {session.busy ? (
                  <>
                    <Dot tone="busy" />{' '}
                  </>
                ) : null}
                {session.busy ? 'working' : formatAge(session.updatedAt, now)}
                {session.forkedFrom === undefined ? '' : ' · fork'}
                {session.projectName === null ? '' : ` · ${session.projectName}`}
                {session.simulated ? ' · simulated' : ''}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </nav>
  );
}
