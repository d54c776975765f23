import { useId } from 'react';
import { Check, ChevronDown, ChevronRight, PanelRight } from 'lucide-react';
import type { CallView } from '../../../shared/contracts/api/index.ts';
import { Button } from '../../components/Button.tsx';
import { CopyReport } from '../../components/CopyReport.tsx';
import { Dot } from '../../components/Dot.tsx';
import { IconButton } from '../../components/IconButton.tsx';
import { LineCount } from '../../components/LineCount.tsx';
import { formatElapsed } from '../../lib/format.ts';
import { useNow } from '../../lib/hooks.ts';
import { safeText } from '../../lib/safeText.ts';
import { showPanel, WindowContext } from '../../lib/windowStore.ts';
import { ApprovalCard } from '../approval/index.ts';
import { CompileErrors, StoredMark } from '../changes/index.ts';
import { OpenSessionContext } from '../sessions/index.ts';
import { CallDetails } from './CallDetails.tsx';
import { callLine, isOver } from './callLine.ts';
import { ChatContext } from './chatStore.ts';
import { useRowFlag } from './rowState.ts';
import styles from './CallCard.module.css';

/** One function call: a line when done, a card while it waits or runs; opens to everything that is known of it. */
export function CallCard({ callId }: { readonly callId: string }) {
  const call = OpenSessionContext.use((state) => state.calls.get(callId));
  const change = OpenSessionContext.use((state) =>
    call?.changeId == null ? undefined : state.changes.get(call.changeId),
  );
  const [open, setOpen] = useRowFlag(`call ${callId}`);
  const detailsId = useId();
  if (call === undefined) return null;
  if (call.state === 'awaiting_approval' && call.approval !== null) {
    return (
      <div data-testid="call-card" data-state={call.state}>
        <ApprovalCard call={call} />
      </div>
    );
  }
  const { tone, title, detail } = callLine(call, change);
  const Chevron = open ? ChevronDown : ChevronRight;
  return (
    <section
      className={styles.card}
      data-testid="call-card"
      data-state={call.state}
      aria-label={`${call.name}: ${call.state}`}
    >
      <div className={`${styles.line ?? ''} ${call.state === 'succeeded' ? '' : (styles.unfinished ?? '')}`}>
        <button
          type="button"
          className={styles.toggle}
          aria-expanded={open}
          aria-controls={detailsId}
          onClick={() => setOpen(!open)}
        >
          <Chevron className={styles.chevron} aria-hidden="true" />
          {tone === 'ok' ? <Check className={styles.check} aria-hidden="true" /> : <Dot tone={tone} />}
          <span className={styles.title}>{safeText(title)}</span>
          <span className={styles.detail}>{safeText(detail)}</span>
        </button>
        {change === undefined ? null : <LineCount added={change.addedLines} removed={change.removedLines} />}
        {isOver(call) ? null : <Elapsed call={call} />}
        {change === undefined ? null : <StoredMark changeId={change.changeId} />}
        <ShowButton call={call} />
      </div>
      {change === undefined ? null : <CompileErrors change={change} />}
      {call.state === 'failed' ? <FailedActions call={call} /> : null}
      {open ? (
        <div id={detailsId}>
          <CallDetails call={call} />
        </div>
      ) : null}
    </section>
  );
}

/** Shown from the first second on: what is faster needs no clock. */
function Elapsed({ call }: { readonly call: CallView }) {
  const { cancelCall } = ChatContext.useHandle();
  const ms = useNow(true) - Date.parse(call.createdAt);
  return (
    <span className={styles.elapsed}>
      {ms >= 1_000 ? formatElapsed(ms) : ''}
      <Button tone="quiet" className={styles.small ?? ''} onClick={() => void cancelCall(call.sessionId, call.callId)}>
        Cancel
      </Button>
    </span>
  );
}

function FailedActions({ call }: { readonly call: CallView }) {
  const { send } = ChatContext.useHandle();
  const ask = (text: string): void => void send(call.sessionId, text);
  return (
    <div className={styles.actions}>
      <Button onClick={() => ask(`Try ${call.name} again with the same arguments.`)}>Retry</Button>
      <Button
        onClick={() =>
          ask(`${call.name} failed: ${call.error?.message ?? 'no reason given'} Find the cause and mend it.`)
        }
      >
        Ask SPARK to mend
      </Button>
      <CopyReport about={() => `${call.name} failed: ${call.error?.code ?? ''} ${call.error?.message ?? ''}`} />
    </div>
  );
}

/** Opens in the panel what the call made. */
function ShowButton({ call }: { readonly call: CallView }) {
  const { store } = WindowContext.useHandle();
  const { changeId, frameId, buildId } = call;
  const target =
    changeId !== null
      ? { name: 'Show the diff', act: () => showPanel(store, 'changes', { changeId }) }
      : frameId !== null
        ? { name: 'Show the frame', act: () => showPanel(store, 'preview', { frameId }) }
        : buildId !== null
          ? { name: 'Show the build', act: () => showPanel(store, 'build') }
          : null;
  if (target === null) return null;
  return <IconButton label={target.name} icon={PanelRight} onClick={target.act} />;
}
