import { useState } from 'react';
import { Dialog } from 'radix-ui';
import type { ErrorInfo, SessionView } from '../../../shared/contracts/api/index.ts';
import { Button } from '../../components/Button.tsx';
import { Notice } from '../../components/Notice.tsx';
import { SessionsContext } from './sessionsStore.ts';
import styles from './SessionList.module.css';

export function RenameDialog({ session, onDone }: { readonly session: SessionView; readonly onDone: () => void }) {
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
    <Dialog.Root open onOpenChange={onDone}>
      <Dialog.Portal>
        <Dialog.Overlay className={styles.overlay} />
        <Dialog.Content className={styles.dialog} aria-describedby={undefined}>
          <Dialog.Title>Rename the session</Dialog.Title>
          <label>
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
          <div className={styles.foot}>
            <Dialog.Close asChild>
              <Button tone="quiet">Keep the name</Button>
            </Dialog.Close>
            <Button onClick={() => void finish()}>Rename</Button>
          </div>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
