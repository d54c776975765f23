import type { ChangeView } from '../../../shared/contracts/api/index.ts';
import { Button } from '../../components/Button.tsx';
import { formatAge } from '../../lib/format.ts';
import { useNow } from '../../lib/hooks.ts';
import { showEntry, WindowContext } from '../../lib/windowStore.ts';
import { OpenSessionContext } from '../sessions/index.ts';
import { authorOf } from './author.ts';
import { ChangesContext } from './changesStore.ts';
import styles from './Undo.module.css';

/** Who made a change, when, and the way to its call in the conversation. */
export function ChangeOrigin({ change }: { readonly change: ChangeView }) {
  const { callId } = change;
  const call = OpenSessionContext.use((state) => (callId === null ? undefined : state.calls.get(callId)));
  const written = ChangesContext.use(({ texts }) => {
    const read = texts.get(change.changeId);
    return read?.kind === 'ready' ? read.after : null;
  });
  const { store } = WindowContext.useHandle();
  const now = useNow(true, 60_000);
  return (
    <>
      <span className={styles.question}>
        {authorOf(change, call, written)} · {formatAge(change.createdAt, now)}
      </span>
      {call === undefined ? null : (
        <Button tone="quiet" onClick={() => showEntry(store, call.callId)}>
          Show in chat
        </Button>
      )}
    </>
  );
}
