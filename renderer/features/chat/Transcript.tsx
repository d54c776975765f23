import { memo } from 'react';
import { ArrowDown } from 'lucide-react';
import { Button } from '../../components/Button.tsx';
import { ForkedFrom, OpenSessionContext, type TranscriptEntry } from '../sessions/index.ts';
import { CallCard } from './CallCard.tsx';
import { MessageRow } from './MessageRow.tsx';
import { QueuedMessages } from './QueuedMessages.tsx';
import { useStickToBottom } from './useStickToBottom.ts';
import styles from './Chat.module.css';

/** Messages and calls by position. Each entry reads its own record, so one that changes renders alone. */
export function Transcript() {
  const transcript = OpenSessionContext.use((state) => state.transcript);
  const { scroller, content, atEnd, toEnd } = useStickToBottom();
  return (
    <div ref={scroller} className={styles.scroll}>
      <div ref={content} className={`${styles.column} ${styles.transcript}`} role="log" aria-label="Conversation">
        <ForkedFrom />
        {transcript.map((entry) => (
          <Entry key={`${entry.kind}:${entry.id}`} kind={entry.kind} id={entry.id} />
        ))}
        <QueuedMessages />
      </div>
      {atEnd ? null : (
        <div className={styles.newer}>
          <Button onClick={toEnd}>
            new <ArrowDown size={14} aria-hidden="true" />
          </Button>
        </div>
      )}
    </div>
  );
}

const Entry = memo(function Entry({ kind, id }: Pick<TranscriptEntry, 'kind' | 'id'>) {
  return (
    <div className={styles.entry}>{kind === 'message' ? <MessageRow messageId={id} /> : <CallCard callId={id} />}</div>
  );
});
