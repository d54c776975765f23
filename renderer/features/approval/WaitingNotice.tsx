import { useEffect, useState, useSyncExternalStore } from 'react';
import { Button } from '../../components/Button.tsx';
import { Dot } from '../../components/Dot.tsx';
import { useWindowKeys } from '../../lib/hooks.ts';
import { OpenSessionContext } from '../sessions/index.ts';
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

const go = (): void => cards()[0]?.focus();

/** Says that something waits while the person is elsewhere; one key goes there. */
export function WaitingNotice() {
  const waiting = OpenSessionContext.use(
    (state) => [...state.calls.values()].filter((call) => call.state === 'awaiting_approval').length,
  );
  // After one card was decided the next one is reached without a key.
  useEffect(() => {
    if (waiting > 0 && document.activeElement === document.body) go();
  }, [waiting]);
  const [watch] = useState(makeFocusWatch);
  const inCard = useSyncExternalStore(watch.subscribe, watch.read);
  useWindowKeys((event) => {
    notePress(event);
    if (event.altKey && event.code === 'KeyA' && waiting > 0) {
      event.preventDefault();
      go();
    }
  });

  return (
    <div role="status">
      {waiting > 0 && !inCard ? (
        <div className={styles.notice}>
          <Dot tone="waiting" />
          <span>{waiting === 1 ? 'One call waits for you' : `${waiting} calls wait for you`}</span>
          <Button tone="quiet" shortcut="Alt A" onClick={go}>
            Review
          </Button>
        </div>
      ) : null}
    </div>
  );
}
