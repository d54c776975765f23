import { useStore } from 'zustand';
import { Pencil, RotateCcw } from 'lucide-react';
import type { MessageView } from '../../../shared/contracts/api/index.ts';
import { Button } from '../../components/Button.tsx';
import { IconButton } from '../../components/IconButton.tsx';
import { Notice } from '../../components/Notice.tsx';
import { OpenSessionContext } from '../sessions/index.ts';
import { ChatContext } from './chatStore.ts';
import { editOf } from './drafts.ts';
import { EditMessage } from './EditMessage.tsx';
import { MessageImages } from './MessageImages.tsx';
import { newestOwn } from './newestOwn.ts';
import { UserText } from './UserText.tsx';
import styles from './Message.module.css';

/** A message of the person: edit forks the conversation before it, ask again is for the newest. */
export function UserMessage({ message }: { readonly message: MessageView }) {
  const isNewest = OpenSessionContext.use((state) => newestOwn(state)?.messageId === message.messageId);
  const { retry, drafts } = ChatContext.useHandle();
  const key = editOf(message.messageId);
  const isEditing = useStore(drafts.store, ({ texts }) => texts.has(key));
  const { text, status, error, spoken } = message;
  if (isEditing) return <EditMessage message={message} />;
  return (
    <article className={styles.message} aria-label="You">
      <div className={styles.user}>
        <div className={styles.userBody}>
          <MessageImages message={message} />
          <UserText messageId={message.messageId} text={spoken === true && text === '' ? '…' : text} />
        </div>
        <div className={styles.userActions}>
          <IconButton label="Edit" icon={Pencil} onClick={() => drafts.setText(key, text)} />
          {isNewest && status === 'complete' ? (
            <IconButton label="Ask again" icon={RotateCcw} onClick={() => void retry(message)} />
          ) : null}
        </div>
      </div>
      {spoken === true && status === 'streaming' ? (
        <span className={styles.state}>writing down what you said…</span>
      ) : null}
      {spoken === true && status === 'complete' && error !== null ? (
        <span className={styles.state}>{error.message}</span>
      ) : null}
      {status === 'failed' ? (
        <Notice
          tone="bad"
          actions={isNewest ? <Button onClick={() => void retry(message)}>Send again</Button> : undefined}
        >
          {error?.message ?? 'This message failed. Its text is kept.'}
        </Notice>
      ) : null}
    </article>
  );
}
