import { useMemo } from 'react';
import { FileDiff } from 'lucide-react';
import { EmptyState } from '../../components/EmptyState.tsx';
import { WindowContext } from '../../lib/windowStore.ts';
import { OpenSessionContext } from '../sessions/index.ts';
import { ChangeDiff } from './ChangeDiff.tsx';
import { ChangeRow } from './ChangeRow.tsx';
import { ProposalDiff } from './ProposalDiff.tsx';
import styles from './ChangesPanel.module.css';

/** Every file that SPARK touched in this session, newest first, each with its diff; what waits for approval on top. */
export function ChangesPanel() {
  const changes = OpenSessionContext.use((state) => state.changes);
  const calls = OpenSessionContext.use((state) => state.calls);
  const openedId = WindowContext.use((state) => state.changeId);
  const { store } = WindowContext.useHandle();
  const sorted = useMemo(() => [...changes.values()].sort((a, b) => b.createdAt.localeCompare(a.createdAt)), [changes]);
  const waiting = useMemo(
    () => [...calls.values()].filter((call) => call.state === 'awaiting_approval' && call.approval?.kind === 'write'),
    [calls],
  );
  const opened = openedId === null ? undefined : changes.get(openedId);

  if (sorted.length === 0 && waiting.length === 0) {
    return (
      <EmptyState icon={FileDiff} title="No changes in this session">
        Each file that SPARK creates or changes is listed here with its diff.
      </EmptyState>
    );
  }
  return (
    <div className={styles.panel}>
      {waiting.map((call) => (
        <ProposalDiff key={call.callId} call={call} />
      ))}
      <ul className={styles.list}>
        {sorted.map((change) => {
          const isOpen = opened?.changeId === change.changeId;
          return (
            <li key={change.changeId} className={styles.entry}>
              <ChangeRow
                change={change}
                open={isOpen}
                onToggle={() => store.setState({ changeId: isOpen ? null : change.changeId })}
              />
              {isOpen ? <ChangeDiff change={change} /> : null}
            </li>
          );
        })}
      </ul>
    </div>
  );
}
