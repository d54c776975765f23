import type { KeyboardEvent } from 'react';
import { useStore } from 'zustand';
import { maxMessageChars, type MessageView } from '../../../shared/contracts/api/index.ts';
import { Button } from '../../components/Button.tsx';
import { OpenSessionContext, useOpenSession } from '../sessions/index.ts';
import { ChatContext } from './chatStore.ts';
import { editOf } from './drafts.ts';
import { MessageImages } from './MessageImages.tsx';
import styles from './Message.module.css';

/** The text in its place, a draft like the composer's. Sent, it goes on in a new session; this one stays as it is. */
export function EditMessage({ message }: { readonly message: MessageView }) {
  const sessionId = OpenSessionContext.use((state) => state.sessionId);
  const sending = ChatContext.use((state) => state.sending);
  const { fork, drafts } = ChatContext.useHandle();
  const { open } = useOpenSession();
  const key = editOf(message.messageId);
  const text = useStore(drafts.store, ({ texts }) => texts.get(key) ?? '');
  const leave = (): void => drafts.dropText(key);
  const isEmpty = text.trim() === '' && (message.images ?? []).length === 0;

  const submit = async (): Promise<void> => {
    if (sessionId === null || isEmpty || sending) return;
    const session = await fork(sessionId, message.messageId, text.trim());
    if (session === null) return;
    leave();
    open(session.sessionId);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      void submit();
    } else if (event.key === 'Escape') {
      // It leaves the text; it does not stop the answer.
      event.preventDefault();
      event.stopPropagation();
      leave();
    }
  };
  return (
    <article className={styles.message} aria-label="You, editing">
      <div className={styles.editing}>
        <MessageImages message={message} />
        <textarea
          // oxlint-disable-next-line jsx-a11y/no-autofocus -- the person asked to edit
          autoFocus
          aria-label="Edit the message"
          value={text}
          maxLength={maxMessageChars}
          onChange={(event) => drafts.setText(key, event.target.value)}
          onKeyDown={onKeyDown}
          onFocus={(event) => event.target.setSelectionRange(text.length, text.length)}
        />
      </div>
      <div className={styles.editFoot}>
        <span className={styles.state}>Goes on from here in a new session. This one stays as it is.</span>
        <Button disabled={isEmpty || sending} shortcut="Enter" onClick={() => void submit()}>
          Fork and send
        </Button>
        <Button tone="quiet" shortcut="Esc" onClick={leave}>
          Cancel
        </Button>
      </div>
    </article>
  );
}
