import { useEffect, useState } from 'react';
import type { DeletionView, ErrorInfo } from '../../../shared/contracts/api/index.ts';
import { Button } from '../../components/Button.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { Notice } from '../../components/Notice.tsx';
import { countOf } from '../../lib/format.ts';
import { safeText } from '../../lib/safeText.ts';
import type { SessionDialogProps } from './sessionDialog.ts';
import { SessionsContext } from './sessionsStore.ts';
import styles from './SessionList.module.css';

/** Asks once: what goes, what stays, and why not when it cannot go now. */
export function DeleteDialog({ session, onDone, focusAfter }: SessionDialogProps) {
  const { describeDeletion, remove } = SessionsContext.useHandle();
  const [told, setTold] = useState<DeletionView | null>(null);
  const [error, setError] = useState<ErrorInfo | null>(null);
  const [busy, setBusy] = useState(false);
  const { sessionId } = session;
  useEffect(() => {
    let isHere = true;
    const look = async (): Promise<void> => {
      const result = await describeDeletion(sessionId);
      if (!isHere) return;
      if (result.ok) setTold(result.output);
      else setError(result.error);
    };
    void look();
    return () => {
      isHere = false;
    };
  }, [describeDeletion, sessionId]);
  const confirm = async (): Promise<void> => {
    if (told === null) return;
    setBusy(true);
    const failure = await remove(
      sessionId,
      told.forks.map((fork) => fork.sessionId),
    );
    setBusy(false);
    if (failure === null) onDone();
    else setError(failure);
  };
  const why = error?.message ?? told?.refused ?? null;
  return (
    <Dialog
      title={<>Delete “{safeText(session.title)}”?</>}
      about={
        told === null
          ? 'Looking at what it holds…'
          : isEmpty(told)
            ? 'It goes from this machine. There is nothing in it of its own.'
            : `It goes from this machine with ${goes(told)}. This cannot be undone: what SPARK changed stays in your project, and can no longer be taken back by SPARK.`
      }
      keep="Keep it"
      onClose={onDone}
      focusAfter={focusAfter}
      testId="delete-session"
      action={
        <Button disabled={told === null || told.refused !== null || busy} onClick={() => void confirm()}>
          {busy ? 'Deleting…' : told !== null && told.forks.length > 0 ? 'Delete all' : 'Delete'}
        </Button>
      }
    >
      {told === null || told.forks.length === 0 ? null : (
        <div>
          {countOf(told.forks.length, 'fork goes', 'forks go')} with it, because they begin in it:
          <ul className={styles.forks}>
            {told.forks.slice(0, 10).map((fork) => (
              <li key={fork.sessionId}>{safeText(fork.title)}</li>
            ))}
            {told.forks.length > 10 ? <li>and {told.forks.length - 10} more</li> : null}
          </ul>
        </div>
      )}
      {told === null ? null : (
        <p className={styles.hint}>
          What it cost stays counted, and what the team’s server has stays there.
          {told.waitingEvents === 0
            ? ''
            : ` ${countOf(told.waitingEvents, 'event')} that the server does not have yet will still be sent.`}
        </p>
      )}
      {why === null ? null : <Notice tone="bad">{why}</Notice>}
    </Dialog>
  );
}

const isEmpty = ({ messages, calls, changes, frames, forks }: DeletionView): boolean =>
  messages + calls + changes + frames + forks.length === 0;

function goes({ messages, calls, changes, frames }: DeletionView): string {
  const parts = [
    countOf(messages, 'message'),
    countOf(calls, 'call'),
    countOf(changes, 'change'),
    countOf(frames, 'frame'),
  ];
  return `${parts.slice(0, -1).join(', ')} and ${parts.at(-1) ?? ''}`;
}
