import { useEffect, useId, useRef, useState, type KeyboardEvent } from 'react';
import type { CallView } from '../../../shared/contracts/api/index.ts';
import { Dot } from '../../components/Dot.tsx';
import { Notice } from '../../components/Notice.tsx';
import { OpenSessionContext } from '../sessions/index.ts';
import { ApprovalActions } from './ApprovalActions.tsx';
import { ApprovalBody } from './ApprovalBody.tsx';
import type { ApprovalMode } from './approvalDrafts.ts';
import { ApprovalContext } from './approvalStore.ts';
import { focusCard } from './focusCard.ts';
import { isTextField, isTyping } from './typing.ts';
import styles from './ApprovalCard.module.css';

/** The one thing that waits for the person: the only orange on the screen. Keys work while the focus is in the card. */
export function ApprovalCard({ call }: { readonly call: CallView }) {
  const { decide, drafts } = ApprovalContext.useHandle();
  const deciding = ApprovalContext.use((state) => state.deciding.has(call.callId));
  const error = ApprovalContext.use((state) => state.errors.get(call.callId));
  const sessionId = OpenSessionContext.use((state) => state.sessionId);
  // What was begun here before: another screen was shown, or the window was opened again.
  const [begun] = useState(() => drafts.of(call.callId));
  const [mode, setMode] = useState<ApprovalMode>(begun.mode);
  const [reason, setReason] = useState(begun.reason);
  const [startText, setStartText] = useState(begun.text);
  const card = useRef<HTMLElement>(null);
  const titleId = useId();
  const { approval } = call;

  useEffect(() => {
    if (!isTyping()) focusCard(card.current);
  }, []);
  if (approval === null || sessionId === null) return null;
  const isEditable = approval.kind === 'write' || approval.kind === 'write_many';
  const remembers = approval.kind === 'write' && approval.rememberFolder !== null;

  const approve = (remember: boolean): void => {
    const { text, files: edited } = drafts.of(call.callId);
    const editedContents =
      approval.kind === 'write' && text !== null && text !== approval.after ? { editedContents: text } : {};
    const files = Object.entries(edited).map(([path, contents]) => ({ path, contents }));
    void decide(sessionId, call.callId, {
      kind: 'approve',
      remember,
      ...editedContents,
      ...(files.length === 0 ? {} : { editedFiles: files }),
    });
  };
  const deny = (): void => void decide(sessionId, call.callId, { kind: 'deny', reason: reason.trim() });
  const toMode = (next: ApprovalMode): void => {
    drafts.keep(call.callId, next === 'deciding' ? { mode: next, text: null, files: {} } : { mode: next });
    if (next === 'deciding') setStartText(null);
    setMode(next);
    if (next === 'deciding') card.current?.focus({ preventScroll: true });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const inText = isTextField(event.target as Element);
    if (event.key === 'Escape' && mode !== 'deciding') return consume(event, () => toMode('deciding'));
    if (mode === 'editing' && event.key === 'Enter' && (event.metaKey || event.ctrlKey))
      return consume(event, () => approve(false));
    if (inText && mode === 'denying' && event.key === 'Enter' && !event.shiftKey) return consume(event, deny);
    // Keys that belong to an edited text, a focused button, or the browser are not decisions.
    if (mode !== 'deciding' || (inText && event.target !== card.current && !isReadOnly(event.target))) return;
    if (event.metaKey || event.ctrlKey || event.altKey || event.repeat) return;
    if (event.key === 'Enter' && !(event.target instanceof HTMLButtonElement)) consume(event, () => approve(false));
    else if (event.key === 'Backspace') consume(event, () => toMode('denying'));
    else if (event.key.toLowerCase() === 'e' && isEditable) consume(event, () => toMode('editing'));
    else if (event.key.toLowerCase() === 'a' && remembers) consume(event, () => approve(true));
  };

  return (
    <section
      ref={card}
      className={styles.card}
      aria-labelledby={titleId}
      aria-busy={deciding}
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- the card takes the focus so that its keys work
      tabIndex={0}
      onKeyDown={onKeyDown}
      data-approval={call.callId}
      data-testid="approval-card"
    >
      <h3 className={styles.head} id={titleId}>
        <Dot tone="waiting" />
        <code>{call.name}</code>
        <span className={styles.waits}>waiting for you</span>
      </h3>
      <ApprovalBody
        approval={approval}
        mode={mode}
        startText={startText}
        editedFile={(path) => drafts.of(call.callId).files[path]}
        onEdit={(text) => drafts.keep(call.callId, { text })}
        onEditFile={(path, text) =>
          drafts.keep(call.callId, { files: { ...drafts.of(call.callId).files, [path]: text } })
        }
      />
      {error === undefined ? null : <Notice tone="bad">{error.message}</Notice>}
      <ApprovalActions
        mode={mode}
        busy={deciding}
        editable={isEditable}
        rememberFolder={approval.kind === 'write' ? approval.rememberFolder : null}
        reason={reason}
        onReason={(words) => {
          setReason(words);
          drafts.keep(call.callId, { reason: words });
        }}
        onMode={toMode}
        onApprove={approve}
        onDeny={deny}
      />
    </section>
  );
}

const isReadOnly = (target: EventTarget): boolean =>
  target instanceof Element && target.getAttribute('aria-readonly') === 'true';

function consume(event: KeyboardEvent, act: () => void): void {
  event.preventDefault();
  event.stopPropagation();
  act();
}
