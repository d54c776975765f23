import { useRef } from 'react';
import { Button } from '../../components/Button.tsx';
import { Notice } from '../../components/Notice.tsx';
import { EditorChoice } from '../health/index.ts';
import { ArchivedBar, OpenSessionContext } from '../sessions/index.ts';
import { Composer } from './Composer.tsx';
import { EmptyChat } from './EmptyChat.tsx';
import { Transcript } from './Transcript.tsx';
import { useDropTarget } from './useDropTarget.ts';
import styles from './Chat.module.css';

/** The conversation of the opened session. */
export function ChatView() {
  const status = OpenSessionContext.use((state) => state.status);
  const sessionId = OpenSessionContext.use((state) => state.sessionId);
  const error = OpenSessionContext.use((state) => state.error);
  const isEmpty = OpenSessionContext.use(
    (state) => state.transcript.length === 0 && state.session?.forkedFrom === undefined,
  );
  const { open } = OpenSessionContext.useHandle();
  const drop = useDropTarget(status === 'open' ? sessionId : null);
  const composer = useRef<HTMLTextAreaElement>(null);

  if (status === 'failed' && sessionId !== null) {
    return (
      <div className={styles.chat}>
        <div className={styles.column}>
          <Notice tone="bad" actions={<Button onClick={() => void open(sessionId)}>Try again</Button>}>
            {error?.message ?? 'This session could not be opened.'}
          </Notice>
        </div>
      </div>
    );
  }
  return (
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- what is dropped can be pasted and chosen, too
    <div className={styles.chat} {...drop.handlers}>
      {drop.isOver ? <p className={styles.drop}>Drop images or asset paths into the message</p> : null}
      {status === 'opening' ? (
        <p className={styles.loading} role="status">
          Opening the session…
        </p>
      ) : isEmpty || sessionId === null ? (
        <EmptyChat composer={composer} />
      ) : (
        <Transcript key={sessionId} sessionId={sessionId} />
      )}
      {sessionId === null ? null : <EditorChoice key={`editor ${sessionId}`} sessionId={sessionId} />}
      <ArchivedBar />
      <Composer ref={composer} />
    </div>
  );
}
