import { useState } from 'react';
import type { ErrorInfo } from '../../../shared/contracts/api/index.ts';
import { Button } from '../../components/Button.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { Notice } from '../../components/Notice.tsx';
import type { SessionDialogProps } from './sessionDialog.ts';
import { SessionsContext } from './sessionsStore.ts';
import styles from './SessionList.module.css';

/** A name is one line; an empty or unchanged one changes nothing. */
export function RenameDialog({ session, onDone, focusAfter }: SessionDialogProps) {
  const { rename } = SessionsContext.useHandle();
  const [title, setTitle] = useState(session.title);
  const [error, setError] = useState<ErrorInfo | null>(null);
  const finish = async (): Promise<void> => {
    const next = title.trim();
    const failure = next === '' || next === session.title ? null : await rename(session.sessionId, next);
    if (failure === null) onDone();
    else setError(failure);
  };
  return (
    <Dialog
      title="Rename the session"
      keep="Keep the name"
      onClose={onDone}
      focusAfter={focusAfter}
      action={<Button onClick={() => void finish()}>Rename</Button>}
    >
      <label className={styles.field}>
        Name
        <input
          maxLength={200}
          value={title}
          onChange={(event) => setTitle(event.target.value)}
          onFocus={(event) => event.target.select()}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && !event.nativeEvent.isComposing) void finish();
          }}
        />
      </label>
      {error === null ? null : <Notice tone="bad">{error.message}</Notice>}
    </Dialog>
  );
}
