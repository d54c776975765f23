import { useState } from 'react';
import type { MessageView, TurnState } from '../../../shared/contracts/api/index.ts';
import { Button } from '../../components/Button.tsx';
import { Notice } from '../../components/Notice.tsx';
import { useNow } from '../../lib/hooks.ts';
import { showSettings, WindowContext } from '../../lib/windowStore.ts';
import { CostContext } from '../cost/index.ts';
import { OpenSessionContext } from '../sessions/index.ts';
import { ChatContext } from './chatStore.ts';
import { newestOwn } from './newestOwn.ts';

/** What the conversation waits for, with a countdown, or why it stopped and what may be done. */
export function TurnNotice() {
  const turn = OpenSessionContext.use((state) => state.turn);
  switch (turn.kind) {
    case 'idle':
    case 'answering':
    case 'calling':
      return null;
    case 'waiting':
      return <Countdown retryAt={turn.retryAt} before={turn.reason} goes="Goes on" />;
    case 'reconnecting':
      return (
        <Countdown
          retryAt={turn.retryAt}
          before="The connection to the model was lost; what was said and typed is kept."
          goes="Connects again"
        />
      );
    case 'stopped':
      return <Stopped turn={turn} />;
  }
}

function Countdown(props: { readonly retryAt: string; readonly before: string; readonly goes: string }) {
  const left = Math.ceil((Date.parse(props.retryAt) - useNow(true)) / 1_000);
  const sessionId = OpenSessionContext.use((state) => state.sessionId);
  const { stop } = ChatContext.useHandle();
  return (
    <Notice
      tone="info"
      actions={
        <Button tone="quiet" onClick={() => sessionId !== null && void stop(sessionId)}>
          Stop
        </Button>
      }
    >
      {props.before} {/* A number that changes each second is not read out each second. */}
      <span aria-hidden="true" data-testid="countdown">
        {left > 0 ? `${props.goes} in ${left} s.` : `${props.goes} now…`}
      </span>
    </Notice>
  );
}

function Stopped({ turn }: { readonly turn: Extract<TurnState, { kind: 'stopped' }> }) {
  const sessionId = OpenSessionContext.use((state) => state.sessionId);
  const message = OpenSessionContext.use(newestOwn);
  const { send, retry } = ChatContext.useHandle();
  const mayContinue = turn.may.includes('continue') && sessionId !== null;
  const mayExtend = turn.may.includes('extend') && message !== null;
  const mayRetry = turn.may.includes('retry') && message !== null;
  return (
    <Notice
      tone="warn"
      actions={
        mayContinue || mayRetry || mayExtend ? (
          <>
            {mayExtend ? <AllowMore message={message} /> : null}
            {mayContinue ? <Button onClick={() => void send(sessionId, 'Go on.')}>Go on</Button> : null}
            {mayRetry ? <Button onClick={() => void retry(message)}>Ask again</Button> : null}
          </>
        ) : undefined
      }
    >
      <strong>Stopped.</strong> {turn.message}
    </Notice>
  );
}

/** One click allows one more budget and asks again; what was said and done stays. */
function AllowMore({ message }: { readonly message: MessageView }) {
  const { allowMore } = CostContext.useHandle();
  const { retry } = ChatContext.useHandle();
  const { store } = WindowContext.useHandle();
  const [allowing, setAllowing] = useState(false);
  const goOn = async (): Promise<void> => {
    setAllowing(true);
    if (await allowMore(message.sessionId)) await retry(message);
    setAllowing(false);
  };
  return (
    <>
      <Button disabled={allowing} onClick={() => void goOn()}>
        Go on
      </Button>
      <Button tone="quiet" onClick={() => showSettings(store, 'budgets')}>
        Change the budget
      </Button>
    </>
  );
}
