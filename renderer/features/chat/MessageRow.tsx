import { Notice } from '../../components/Notice.tsx';
import { safeText } from '../../lib/safeText.ts';
import { OpenSessionContext } from '../sessions/index.ts';
import { Markdown } from './Markdown.tsx';
import { UserMessage } from './UserMessage.tsx';
import styles from './Message.module.css';

export function MessageRow({ messageId }: { readonly messageId: string }) {
  const message = OpenSessionContext.use((state) => state.messages.get(messageId));
  if (message === undefined) return null;
  const { role, text, status, error } = message;
  if (role === 'notice') return <p className={styles.noticeText}>{safeText(text)}</p>;
  if (role === 'user') {
    // What waits is shown below the transcript; what was taken back is in the composer.
    return status === 'queued' || status === 'cancelled' ? null : <UserMessage message={message} />;
  }
  return (
    <article className={styles.message} aria-label="SPARK" aria-busy={status === 'streaming'}>
      <Markdown text={text} streaming={status === 'streaming'} />
      {status === 'streaming' && text === '' ? <span className={styles.state}>thinking…</span> : null}
      {status === 'cancelled' ? <span className={styles.state}>stopped</span> : null}
      {status === 'failed' ? (
        <Notice tone="bad">{error?.message ?? 'This answer failed. What it had said is kept.'}</Notice>
      ) : null}
    </article>
  );
}
