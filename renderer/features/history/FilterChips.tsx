import type { HistoryKind } from '../../../shared/contracts/api/index.ts';
import { safeText } from '../../lib/safeText.ts';
import { OpenSessionContext, SessionsContext } from '../sessions/index.ts';
import { HistoryContext } from './historyStore.ts';
import { KindChips } from './KindChips.tsx';
import { RangeChips } from './RangeChips.tsx';
import styles from './History.module.css';

export const kindNames: Readonly<Record<HistoryKind, readonly [one: string, many: string]>> = {
  message: ['message', 'Messages'],
  call: ['call', 'Calls'],
  change: ['change', 'Changes'],
  error: ['error', 'Errors'],
  asset: ['asset', 'Assets'],
  session: ['session', 'Sessions'],
};
const kinds = (Object.keys(kindNames) as readonly HistoryKind[]).map((kind) => [kind, kindNames[kind][1]] as const);

/** Kinds, this session, project, time and order. */
export function FilterChips() {
  const filter = HistoryContext.use((state) => state);
  const { filter: change } = HistoryContext.useHandle();
  const openedId = OpenSessionContext.use((state) => state.sessionId);
  const sessions = SessionsContext.use((state) => state.sessions);
  const known = sessions.flatMap(({ projectName }) => projectName ?? []);
  // The chosen one is offered even when its last session is gone: else nothing could take it back.
  const projects = [...new Set([...known, ...(filter.projectName === null ? [] : [filter.projectName])])].sort();
  const { range } = filter;
  return (
    <div className={styles.chips} role="group" aria-label="Filters">
      <KindChips names={kinds} chosen={filter.kinds} onChange={(next) => change({ kinds: next })} />
      <button
        type="button"
        className={styles.chip}
        disabled={openedId === null && filter.sessionId === null}
        aria-pressed={filter.sessionId !== null}
        onClick={() => change({ sessionId: filter.sessionId === null ? openedId : null })}
      >
        This session
      </button>
      {projects.length < 2 && filter.projectName === null ? null : (
        <select
          className={styles.chip}
          aria-label="Project"
          data-on={filter.projectName !== null}
          value={filter.projectName ?? ''}
          onChange={({ target }) => change({ projectName: target.value === '' ? null : target.value })}
        >
          <option value="">Any project</option>
          {projects.map((name) => (
            <option key={name} value={name}>
              {safeText(name)}
            </option>
          ))}
        </select>
      )}
      <RangeChips range={range} onChange={(next) => change({ range: next })} />
      <select
        className={styles.chip}
        aria-label="Order"
        value={filter.order}
        onChange={({ target }) => change({ order: target.value === 'newest' ? 'newest' : 'best' })}
      >
        <option value="best">Best first</option>
        <option value="newest">Newest first</option>
      </select>
    </div>
  );
}
