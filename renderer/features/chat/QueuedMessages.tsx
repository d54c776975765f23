import { useShallow } from 'zustand/react/shallow';
import type { MessageView } from '../../../shared/contracts/api/index.ts';
import { Button } from '../../components/Button.tsx';
import { OpenSessionContext, type OpenSession } from '../sessions/index.ts';
import { ChatContext } from './chatStore.ts';
import { MessageImages } from './MessageImages.tsx';
import { UserText } from './UserText.tsx';
import styles from './Message.module.css';

const waitingOf = ({ messages }: OpenSession): MessageView[] => {
  const waiting: MessageView[] = [];
  for (const message of messages.values()) {
    if (message.role === 'user' && message.status === 'queued') waiting.push(message);
  }
  return waiting.sort((a, b) => a.position - b.position);
};

/** Messages that wait for the answer before them, under the transcript, each with its way back into the composer. */
export function QueuedMessages() {
  const waiting = OpenSessionContext.use(useShallow(waitingOf));
  const busy = OpenSessionContext.use((state) => state.session?.busy ?? false);
  const { takeBack } = ChatContext.useHandle();
  return waiting.map((message, index) => (
    <article key={message.messageId} className={styles.message} aria-label="You, waiting" data-testid="queued-message">
      <div className={styles.queued}>
        <MessageImages message={message} />
        <UserText messageId={message.messageId} text={message.text} />
      </div>
      <div className={styles.queuedFoot}>
        <span className={styles.state}>
          {!busy ? 'sending…' : index === 0 ? 'will be sent next' : 'will be sent then'}
        </span>
        {busy ? (
          <Button tone="quiet" className={styles.small ?? ''} onClick={() => void takeBack(message)}>
            Take back
          </Button>
        ) : null}
      </div>
    </article>
  ));
}
