import { useState } from 'react';
import { Plus, Search } from 'lucide-react';
import { IconButton } from '../../components/IconButton.tsx';
import { Notice } from '../../components/Notice.tsx';
import { dayName } from '../../lib/dateRange.ts';
import { useNow } from '../../lib/hooks.ts';
import { safeText } from '../../lib/safeText.ts';
import { useShownKeys } from '../../lib/useShownKeys.ts';
import { OpenSessionContext } from './openSessionStore.ts';
import { SessionRows } from './SessionRows.tsx';
import { SessionState } from './SessionState.tsx';
import { rowsByGroup } from './sessionRows.ts';
import { isArchived, SessionsContext } from './sessionsStore.ts';
import { useOpenSession } from './useOpenSession.ts';
import styles from './SessionsSidebar.module.css';

/**
 * The list of sessions by day with a search by title, which may go on in everything that was said and done. `onPicked`:
 * the window is narrow and the list covers the chat.
 */
export function SessionsSidebar({
  onPicked,
  searchEverywhere,
}: {
  readonly onPicked?: () => void;
  readonly searchEverywhere: (words: string) => void;
}) {
  const sessions = SessionsContext.use((state) => state.sessions);
  const status = SessionsContext.use((state) => state.status);
  const error = SessionsContext.use((state) => state.error);
  const openedId = OpenSessionContext.use((state) => state.sessionId);
  const { open, create } = useOpenSession();
  const keyOf = useShownKeys();
  const [words, setWords] = useState('');
  const now = useNow(true, 60_000);
  // What all sessions have in common tells none of them apart.
  const sorts = new Set(sessions.map(({ projectName, simulated }) => `${simulated} ${projectName ?? ''}`));
  const wanted = words.trim().toLowerCase();
  const shown = sessions.filter((session) => !isArchived(session) && session.title.toLowerCase().includes(wanted));

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
          keys={keyOf('session.new')}
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
        <p className={styles.quiet}>
          {words !== ''
            ? `No session is named “${words}”.`
            : sessions.length === 0
              ? 'No sessions yet.'
              : 'All sessions are archived.'}
        </p>
      ) : null}
      <SessionRows rows={rowsByGroup(shown, ({ updatedAt }) => dayName(updatedAt, new Date(now)))}>
        {(session) => (
          <button
            type="button"
            className={styles.item}
            aria-current={session.sessionId === openedId ? 'true' : undefined}
            onClick={() => {
              open(session.sessionId);
              onPicked?.();
            }}
          >
            <span className={styles.title}>{safeText(session.title)}</span>
            <span className={styles.meta}>
              <SessionState session={session} now={now} />
              {session.forkedFrom === undefined ? '' : ' · fork'}
              {sorts.size === 1 || session.projectName === null ? '' : ` · ${safeText(session.projectName)}`}
              {sorts.size > 1 && session.simulated ? ' · simulated' : ''}
            </span>
          </button>
        )}
      </SessionRows>
      {words.trim() === '' ? null : (
        <button
          type="button"
          className={styles.everywhere}
          onClick={() => {
            searchEverywhere(words);
            onPicked?.();
          }}
        >
          Search everything for “{safeText(words.trim())}”
        </button>
      )}
    </nav>
  );
}
