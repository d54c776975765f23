import { Button } from '../../components/Button.tsx';
import { Notice } from '../../components/Notice.tsx';
import { OpenSessionContext } from '../sessions/index.ts';
import { ChatContext } from './chatStore.ts';
import { Markdown } from './Markdown.tsx';
import styles from './Chat.module.css';

export function MessageRow({ messageId }: { readonly messageId: string }) {
  const message = OpenSessionContext.use((state) => state.messages.get(messageId));
  const { send } = ChatContext.useHandle();
  if (message === undefined) return null;
  const { role, text, status, error, sessionId } = message;

  if (role === 'notice') return <p className={styles.noticeText}>{text}</p>;
  return (
    <article className={styles.message} aria-label={role === 'user' ? 'You' : 'SPARK'}>
      {role === 'user' ? (
        <div className={styles.user}>
          <p className={styles.userText}>{text}</p>
        </div>
      ) : (
        <Markdown text={text} streaming={status === 'streaming'} />
      )}
      {status === 'queued' ? <span className={styles.state}>queued: sent when the model answers again</span> : null}
      {status === 'streaming' && text === '' ? <span className={styles.state}>thinking…</span> : null}
      {status === 'cancelled' ? <span className={styles.state}>stopped</span> : null}
      {status === 'failed' ? (
        <Notice
          tone="bad"
          actions={role === 'user' ? <Button onClick={() => void send(sessionId, text)}>Send again</Button> : undefined}
        >
          {error?.message ?? 'This message failed. Its text is kept.'}
        </Notice>
      ) : null}
    </article>
  );
}
