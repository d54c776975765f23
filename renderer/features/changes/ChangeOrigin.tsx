import type { CallView, ChangeView } from '../../../shared/contracts/api/index.ts';
import { Button } from '../../components/Button.tsx';
import { formatAge } from '../../lib/format.ts';
import { useNow } from '../../lib/hooks.ts';
import { showEntry, WindowContext } from '../../lib/windowStore.ts';
import { OpenSessionContext } from '../sessions/index.ts';
import styles from './Undo.module.css';

/** Who made a change, when, and the way to its call in the conversation. */
export function ChangeOrigin({ change }: { readonly change: ChangeView }) {
  const { callId } = change;
  const call = OpenSessionContext.use((state) => (callId === null ? undefined : state.calls.get(callId)));
  const { store } = WindowContext.useHandle();
  const now = useNow(true, 60_000);
  return (
    <>
      <span className={styles.question}>
        {authorOf(change, call)} · {formatAge(change.createdAt, now)}
      </span>
      {call === undefined ? null : (
        <Button tone="quiet" onClick={() => showEntry(store, call.callId)}>
          Show in chat
        </Button>
      )}
    </>
  );
}

/** A code model is named; an undo is the person's own click. */
function authorOf(change: ChangeView, call: CallView | undefined): string {
  if (change.undoesChangeId !== undefined) return 'Undone by you';
  const author = call?.approval?.kind === 'write' ? call.approval.author : undefined;
  return `By ${author ?? 'SPARK'}`;
}
