import { useState } from 'react';
import { Notice } from '../../components/Notice.tsx';
import { dayName } from '../../lib/dateRange.ts';
import { countOf } from '../../lib/format.ts';
import { useNow } from '../../lib/hooks.ts';
import { safeText } from '../../lib/safeText.ts';
import { OpenSessionContext } from './openSessionStore.ts';
import { SessionMenu } from './SessionMenu.tsx';
import { SessionRows } from './SessionRows.tsx';
import { SessionState } from './SessionState.tsx';
import { rowsByGroup } from './sessionRows.ts';
import { isArchived, SessionsContext } from './sessionsStore.ts';
import { useOpenSession } from './useOpenSession.ts';
import styles from './SessionList.module.css';

/** All sessions by day or by project, each with what can be done with it. */
export function SessionList() {
  const { sessions, status, error } = SessionsContext.use((state) => state);
  const openedId = OpenSessionContext.use((state) => state.sessionId);
  const { open } = useOpenSession();
  const [by, setBy] = useState<'day' | 'project'>('day');
  const [archived, setArchived] = useState(false);
  const now = useNow(true, 60_000);
  const archivedCount = sessions.filter(isArchived).length;
  const isOfArchive = archived && archivedCount > 0;
  const shown = sessions.filter((session) => isArchived(session) === isOfArchive);
  const rows = rowsByGroup(shown, ({ updatedAt, projectName }) =>
    by === 'day' ? dayName(updatedAt, new Date(now)) : (projectName ?? 'No project'),
  );
  return (
    <section className={styles.box} aria-label="All sessions">
      <div className={styles.bar}>
        <h2>
          {status === 'loading'
            ? 'Reading sessions…'
            : countOf(shown.length, isOfArchive ? 'archived session' : 'session')}
        </h2>
        <span className={styles.space} />
        {archivedCount === 0 ? null : (
          <button
            type="button"
            className={styles.archived}
            aria-pressed={isOfArchive}
            onClick={() => setArchived(!isOfArchive)}
          >
            Archived {archivedCount.toLocaleString('en')}
          </button>
        )}
        <select
          aria-label="Group"
          value={by}
          onChange={({ target }) => setBy(target.value === 'day' ? 'day' : 'project')}
        >
          <option value="day">By day</option>
          <option value="project">By project</option>
        </select>
      </div>
      {error === null ? null : (
        <div className={styles.notice}>
          <Notice tone="bad">{error.message}</Notice>
        </div>
      )}
      <SessionRows rows={rows}>
        {(session) => (
          <div className={styles.item} data-testid="session-row">
            <button
              type="button"
              className={styles.open}
              aria-current={session.sessionId === openedId ? 'true' : undefined}
              onClick={() => open(session.sessionId)}
            >
              <span className={styles.title}>{safeText(session.title)}</span>
              <span className={styles.facts}>
                <SessionState session={session} now={now} />
                {[
                  '',
                  ...(session.projectName === null ? [] : [safeText(session.projectName)]),
                  ...(session.forkedFrom === undefined ? [] : ['fork']),
                  ...(session.simulated ? ['simulated'] : []),
                ].join(' · ')}
              </span>
            </button>
            <SessionMenu session={session} />
          </div>
        )}
      </SessionRows>
    </section>
  );
}
