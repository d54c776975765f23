import { memo, useState } from 'react';
import { ArrowDown } from 'lucide-react';
import { Button } from '../../components/Button.tsx';
import { cx } from '../../lib/cx.ts';
import { ForkedFrom, OpenSessionContext, type TranscriptEntry } from '../sessions/index.ts';
import { CallCard } from './CallCard.tsx';
import { ChatContext } from './chatStore.ts';
import { MessageRow } from './MessageRow.tsx';
import { QueuedMessages } from './QueuedMessages.tsx';
import { RowStateContext } from './rowState.ts';
import { useTranscriptList } from './useTranscriptList.ts';
import styles from './Chat.module.css';

/** Messages and calls by position. Each entry reads its own record, so one that changes renders alone. */
export function Transcript({ sessionId }: { readonly sessionId: string }) {
  const transcript = OpenSessionContext.use((state) => state.transcript);
  const { placeOf } = ChatContext.useHandle();
  const [place] = useState(() => placeOf(sessionId));
  const { scroller, rows, height, measure, atEnd, toEnd, markedId } = useTranscriptList(place);
  return (
    <RowStateContext value={place.rows}>
      <div ref={scroller} className={styles.scroll} data-testid="transcript">
        {/* What scrolls into the page is not news; what is added at the end is read out. */}
        <div
          className={styles.transcript}
          style={{ blockSize: height }}
          role="log"
          aria-live={atEnd ? 'polite' : 'off'}
          aria-label="Conversation"
        >
          {transcript.length === 0 ? <ForkedFrom /> : null}
          {rows.map(({ key, index, start }) => {
            const entry = transcript[index];
            if (entry === undefined) return null;
            return (
              <div
                key={key}
                ref={measure}
                data-index={index}
                className={cx(styles.row, entry.id === markedId && styles.marked)}
                style={{ insetBlockStart: start }}
                tabIndex={entry.id === markedId ? -1 : undefined}
                aria-current={entry.id === markedId ? 'location' : undefined}
              >
                {index === 0 ? <ForkedFrom /> : null}
                <Entry kind={entry.kind} id={entry.id} />
                {index === transcript.length - 1 ? <QueuedMessages /> : null}
              </div>
            );
          })}
        </div>
        {atEnd ? null : (
          <div className={styles.newer}>
            <Button onClick={toEnd}>
              new <ArrowDown size={14} aria-hidden="true" />
            </Button>
          </div>
        )}
      </div>
    </RowStateContext>
  );
}

const Entry = memo(function Entry({ kind, id }: Pick<TranscriptEntry, 'kind' | 'id'>) {
  return kind === 'message' ? <MessageRow messageId={id} /> : <CallCard callId={id} />;
});
