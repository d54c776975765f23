import { useEffect, type KeyboardEvent, type Ref, type RefObject } from 'react';
import { ArrowUp, Square } from 'lucide-react';
import { IconButton } from '../../components/IconButton.tsx';
import { Notice } from '../../components/Notice.tsx';
import { useConnection } from '../../lib/api/index.ts';
import { WaitingNotice } from '../approval/index.ts';
import { OpenSessionContext } from '../sessions/index.ts';
import { ChatContext } from './chatStore.ts';
import styles from './Chat.module.css';

/** Enter sends, Shift+Enter is a new line, Escape stops the answer. The draft of each session is kept. */
export function Composer({ ref }: { readonly ref: RefObject<HTMLTextAreaElement | null> & Ref<HTMLTextAreaElement> }) {
  const sessionId = OpenSessionContext.use((state) => state.sessionId);
  const busy = OpenSessionContext.use((state) => state.session?.busy ?? false);
  const ready = OpenSessionContext.use((state) => state.status === 'open');
  const draft = ChatContext.use((state) => (sessionId === null ? '' : (state.drafts.get(sessionId) ?? '')));
  const sending = ChatContext.use((state) => state.sending);
  const error = ChatContext.use((state) => state.error);
  const { send, setDraft, stop } = ChatContext.useHandle();
  const connection = useConnection();
  const waits = OpenSessionContext.use((state) =>
    [...state.calls.values()].some((call) => call.state === 'awaiting_approval'),
  );
  // Where the focus would be nowhere (a session was opened, the last card was decided) the person can write on.
  useEffect(() => {
    if (ready && !waits && document.activeElement === document.body) ref.current?.focus();
  }, [ready, waits, ref]);

  const submit = (): void => {
    if (sessionId !== null) void send(sessionId, draft);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    // Enter that ends the composition of a character is not "send".
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      submit();
    } else if (event.key === 'Escape' && busy && sessionId !== null) void stop(sessionId);
  };
  const canSend = draft.trim() !== '' && !sending && connection === 'open' && sessionId !== null;

  return (
    <div className={styles.foot}>
      <WaitingNotice />
      {error === null ? null : <Notice tone="bad">{error.message}</Notice>}
      <div className={styles.composer}>
        <textarea
          ref={ref}
          rows={1}
          aria-label="Message to SPARK"
          placeholder="Ask for a change in this Unity project"
          value={draft}
          maxLength={100_000}
          disabled={sessionId === null}
          onChange={(event) => sessionId !== null && setDraft(sessionId, event.target.value)}
          onKeyDown={onKeyDown}
          data-testid="composer"
        />
        {busy && sessionId !== null ? (
          <IconButton label="Stop (Esc)" icon={Square} side="top" onClick={() => void stop(sessionId)} />
        ) : null}
        <IconButton label="Send (Enter)" icon={ArrowUp} side="top" disabled={!canSend} onClick={submit} />
      </div>
    </div>
  );
}
