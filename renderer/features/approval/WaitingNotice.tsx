import { useEffect, useSyncExternalStore } from 'react';
import { Button } from '../../components/Button.tsx';
import { Dot } from '../../components/Dot.tsx';
import { useWindowKeys } from '../../lib/hooks.ts';
import { OpenSessionContext } from '../sessions/index.ts';
import { notePress } from './typing.ts';
import styles from './ApprovalCard.module.css';

const cards = (): HTMLElement[] => [...document.querySelectorAll<HTMLElement>('[data-approval]')];

const focusIsInCard = (): boolean => cards().some((card) => card.contains(document.activeElement));

function watchFocus(changed: () => void): () => void {
  document.addEventListener('focusin', changed);
  document.addEventListener('focusout', changed);
  return () => {
    document.removeEventListener('focusin', changed);
    document.removeEventListener('focusout', changed);
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
  const inCard = useSyncExternalStore(watchFocus, focusIsInCard);
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
