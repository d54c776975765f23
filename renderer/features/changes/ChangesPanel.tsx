import { useMemo } from 'react';
import { FileDiff } from 'lucide-react';
import { EmptyState } from '../../components/EmptyState.tsx';
import { WindowContext } from '../../lib/windowStore.ts';
import { OpenSessionContext } from '../sessions/index.ts';
import { ChangesHead } from './ChangesHead.tsx';
import { ChangeDiff } from './ChangeDiff.tsx';
import { ChangeOrigin } from './ChangeOrigin.tsx';
import { ChangeRow } from './ChangeRow.tsx';
import { MadeElsewhere } from './MadeElsewhere.tsx';
import { ProposalDiff } from './ProposalDiff.tsx';
import { undoneIds } from './undo.ts';
import { UndoBar } from './UndoBar.tsx';
import { UndoOutcome } from './UndoOutcome.tsx';
import styles from './ChangesPanel.module.css';

/** Every file that SPARK touched in this session, newest first, each with its diff; what waits for approval on top. */
export function ChangesPanel() {
  const changes = OpenSessionContext.use((state) => state.changes);
  const calls = OpenSessionContext.use((state) => state.calls);
  const ownId = OpenSessionContext.use((state) => state.sessionId);
  const openedId = WindowContext.use((state) => state.changeId);
  const { store } = WindowContext.useHandle();
  const sorted = useMemo(() => [...changes.values()].sort((a, b) => b.createdAt.localeCompare(a.createdAt)), [changes]);
  const waiting = useMemo(
    () => [...calls.values()].filter((call) => call.state === 'awaiting_approval' && call.approval?.kind === 'write'),
    [calls],
  );
  const undone = useMemo(() => undoneIds(sorted), [sorted]);
  const own = useMemo(() => sorted.filter(({ sessionId }) => sessionId === ownId), [sorted, ownId]);
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
      <ChangesHead changes={own} undone={undone} />
      <ul className={styles.list}>
        {sorted.map((change, later) => {
          const isOpen = opened?.changeId === change.changeId;
          return (
            <li key={change.changeId} className={styles.entry}>
              <ChangeRow
                change={change}
                open={isOpen}
                undone={undone.has(change.changeId)}
                onToggle={() => store.setState({ changeId: isOpen ? null : change.changeId, changeLine: null })}
              />
              {isOpen && change.sessionId !== ownId ? (
                <MadeElsewhere sessionId={change.sessionId}>
                  <ChangeOrigin change={change} />
                </MadeElsewhere>
              ) : null}
              {isOpen && change.sessionId === ownId ? (
                <UndoBar change={change} undone={undone.has(change.changeId)} later={later}>
                  <ChangeOrigin change={change} />
                </UndoBar>
              ) : null}
              <UndoOutcome change={change} />
              {isOpen ? <ChangeDiff change={change} /> : null}
            </li>
          );
        })}
      </ul>
    </div>
  );
}
