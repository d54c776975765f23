import { useEffect, type Ref, type RefObject } from 'react';
import { ArrowUp, Square } from 'lucide-react';
import { maxMessageChars, maxMessageImages } from '../../../shared/contracts/api/index.ts';
import { IconButton } from '../../components/IconButton.tsx';
import { Notice } from '../../components/Notice.tsx';
import { useConnection } from '../../lib/api/index.ts';
import { cx } from '../../lib/cx.ts';
import { WaitingNotice } from '../approval/index.ts';
import { BudgetWarnings } from '../cost/index.ts';
import { OpenSessionContext, waitingCalls } from '../sessions/index.ts';
import { VoiceBar, VoiceButton } from '../voice/index.ts';
import { AddImage } from './AddImage.tsx';
import { AssetMenu } from './AssetMenu.tsx';
import { Attachments } from './Attachments.tsx';
import { ChatContext, tooLong } from './chatStore.ts';
import { PromptMenu } from './PromptMenu.tsx';
import { SendOptions } from './SendOptions.tsx';
import { TurnNotice } from './TurnNotice.tsx';
import { usePromptMenu } from './usePromptMenu.ts';
import { useAssetMenu } from './useAssetMenu.ts';
import { useComposerKeys } from './useComposerKeys.ts';
import { useDraft } from './useDraft.ts';
import styles from './Composer.module.css';

/** Enter sends, Shift+Enter is a new line, Escape stops the answer. The draft of each session is kept. */
export function Composer({ ref }: { readonly ref: RefObject<HTMLTextAreaElement | null> & Ref<HTMLTextAreaElement> }) {
  const sessionId = OpenSessionContext.use((state) => state.sessionId);
  const busy = OpenSessionContext.use((state) => state.session?.busy ?? false);
  const ready = OpenSessionContext.use((state) => state.status === 'open');
  const sending = ChatContext.use((state) => state.sending);
  const error = ChatContext.use((state) => state.error);
  const { drafts, stop } = ChatContext.useHandle();
  const { text, images, refusal } = useDraft(sessionId);
  const menu = useAssetMenu({ field: ref, sessionId, text });
  const prompts = usePromptMenu({ field: ref, sessionId, text });
  const open = prompts.isOpen ? prompts : menu.isOpen ? menu : null;
  const onCaret = (now: string, caret: number): void => {
    menu.onCaret(now, caret);
    prompts.onCaret(now, caret);
  };
  const { onKeyDown, onPaste, submit, label } = useComposerKeys({ sessionId, busy, menus: [prompts, menu] });
  const connection = useConnection();
  const waits = OpenSessionContext.use((state) => waitingCalls(state).length > 0);
  // Where the focus would be nowhere (a session was opened, the last card was decided) the person can write on.
  useEffect(() => {
    if (ready && !waits && document.activeElement === document.body) ref.current?.focus();
  }, [ready, waits, ref]);

  const isTooLong = text.length > maxMessageChars;
  const hasContent = text.trim() !== '' || images.length > 0;
  const canSend = hasContent && !isTooLong && !sending && connection === 'open' && sessionId !== null;
  return (
    <div className={styles.foot}>
      <WaitingNotice />
      <BudgetWarnings />
      <TurnNotice />
      {error === null ? null : <Notice tone="bad">{error.message}</Notice>}
      {isTooLong ? <Notice tone="warn">{tooLong(text.length).message}</Notice> : null}
      {refusal === null ? null : <Notice tone="warn">{refusal}</Notice>}
      <VoiceBar />
      <div className={cx(styles.composer, isTooLong && styles.huge)}>
        <Attachments images={images} onRemove={(id) => sessionId !== null && drafts.removeImage(sessionId, id)} />
        <AssetMenu menu={menu} />
        <PromptMenu menu={prompts} />
        <div className={styles.line}>
          <AddImage sessionId={sessionId} disabled={sessionId === null || images.length >= maxMessageImages} />
          <textarea
            ref={ref}
            rows={1}
            aria-label="Message to SPARK"
            aria-autocomplete="list"
            aria-controls={open?.activeId === undefined ? undefined : open.listId}
            aria-activedescendant={open?.activeId}
            placeholder="Ask for a change"
            value={text}
            disabled={sessionId === null}
            spellCheck={!isTooLong}
            onChange={(event) => {
              if (sessionId !== null) drafts.setText(sessionId, event.target.value);
              onCaret(event.target.value, event.target.selectionStart);
            }}
            onSelect={({ currentTarget }) => onCaret(currentTarget.value, currentTarget.selectionStart)}
            onKeyDown={onKeyDown}
            onPaste={onPaste}
            data-testid="composer"
          />
          <VoiceButton sessionId={sessionId} />
          <SendOptions />
          {busy && sessionId !== null ? (
            <IconButton label="Stop (Esc)" icon={Square} side="top" onClick={() => void stop(sessionId)} />
          ) : null}
          <IconButton label={label} icon={ArrowUp} side="top" disabled={!canSend} onClick={() => submit(false)} />
        </div>
      </div>
    </div>
  );
}
