import { useEffect, useState, useSyncExternalStore } from 'react';
import { useShallow } from 'zustand/react/shallow';
import { Button } from '../../components/Button.tsx';
import { Dot } from '../../components/Dot.tsx';
import { countOf } from '../../lib/format.ts';
import { useWindowKeys } from '../../lib/hooks.ts';
import { safeText } from '../../lib/safeText.ts';
import { showChat, useOneColumn, WindowContext } from '../../lib/windowStore.ts';
import { OpenSessionContext, SessionsContext, useOpenSession, waitingCalls } from '../sessions/index.ts';
import { focusCard } from './focusCard.ts';
import { notePress } from './typing.ts';
import styles from './ApprovalCard.module.css';

const cards = (): HTMLElement[] => [...document.querySelectorAll<HTMLElement>('[data-approval]')];

const focusIsInCard = (): boolean => cards().some((card) => card.contains(document.activeElement));

/**
 * Whether the focus is in a card. While a pointer is down the answer stays as it was: the press moves the focus, and a
 * notice that went away with it would move the pressed button from under the pointer, and its click would be lost.
 */
function makeFocusWatch() {
  let whilePressed: boolean | null = null;
  const press = (): void => {
    whilePressed = focusIsInCard();
  };
  return {
    read: (): boolean => whilePressed ?? focusIsInCard(),
    subscribe: (changed: () => void): (() => void) => {
      // The click comes right after the release.
      const release = (): void =>
        void setTimeout(() => {
          whilePressed = null;
          changed();
        });
      const events = {
        focusin: changed,
        focusout: changed,
        pointerdown: press,
        pointerup: release,
        pointercancel: release,
      };
      for (const [name, listener] of Object.entries(events)) document.addEventListener(name, listener, true);
      return () => {
        for (const [name, listener] of Object.entries(events)) document.removeEventListener(name, listener, true);
      };
    },
  };
}

const go = (): void => focusCard(cards()[0]);

/** Other sessions that are named; more are counted. */
const namedSessions = 3;
const words = (calls: number): string => (calls === 1 ? 'One call waits' : `${calls} calls wait`);

/**
 * Everything that waits for the person and is not in sight: in this session while the focus is elsewhere, and in every
 * other session. One key goes to it, the next press to the next.
 */
export function WaitingNotice() {
  const openedId = OpenSessionContext.use((state) => state.sessionId);
  const waiting = OpenSessionContext.use((state) => waitingCalls(state).length);
  const elsewhere = SessionsContext.use(
    useShallow((state) => state.sessions.filter((one) => one.waiting !== undefined && one.sessionId !== openedId)),
  );
  const isChat = WindowContext.use((state) => state.view === 'chat');
  const isOneColumn = useOneColumn();
  const { store } = WindowContext.useHandle();
  const { open } = useOpenSession();
  // After one card was decided the next one is reached without a key.
  useEffect(() => {
    if (waiting > 0 && document.activeElement === document.body) go();
  }, [waiting]);
  const [watch] = useState(makeFocusWatch);
  const inCard = useSyncExternalStore(watch.subscribe, watch.read);
  const review = (): void => {
    showChat(store, isOneColumn);
    // A card takes the focus by itself when its conversation comes into sight.
    if (isChat) go();
  };
  useWindowKeys((event) => {
    notePress(event);
    // In a narrow window it may stand twice: above the message box and over the panel.
    if (event.defaultPrevented || !event.altKey || event.code !== 'KeyA') return;
    const [next] = elsewhere;
    if (waiting > 0 && !inCard) review();
    else if (next !== undefined) open(next.sessionId);
    else return;
    event.preventDefault();
  });
  const isOwnShown = waiting > 0 && !inCard;
  const rest = elsewhere.slice(namedSessions);

  return (
    <div role="status" className={styles.notices}>
      {isOwnShown ? (
        <div className={styles.notice}>
          <Dot tone="waiting" />
          <span>{words(waiting)} for you</span>
          <Button tone="quiet" shortcut="Alt A" onClick={review}>
            Review
          </Button>
        </div>
      ) : null}
      {elsewhere.slice(0, namedSessions).map((session, index) => (
        <div key={session.sessionId} className={styles.notice} data-testid="waiting-elsewhere">
          <Dot tone="waiting" />
          <span>
            {words(session.waiting ?? 0)} for you in “{safeText(session.title)}”
          </span>
          <Button
            tone="quiet"
            {...(index === 0 && !isOwnShown ? { shortcut: 'Alt A' } : {})}
            onClick={() => open(session.sessionId)}
          >
            Open
          </Button>
        </div>
      ))}
      {rest.length === 0 ? null : (
        <div className={styles.notice}>
          <Dot tone="waiting" />
          <span>and in {countOf(rest.length, 'more session')}: the list of sessions marks them</span>
        </div>
      )}
    </div>
  );
}
