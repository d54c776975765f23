import { Button } from '../../components/Button.tsx';
import { ChatContext } from '../chat/index.ts';
import { MissingDependencies } from '../health/index.ts';
import { OpenSessionContext } from '../sessions/index.ts';
import styles from './Setup.module.css';

const request = 'Create a player controller';

/** The end of the setup: what is still missing, and a request that shows what SPARK does. */
export function FirstRequest({ onDone, onBack }: { readonly onDone: () => void; readonly onBack: () => void }) {
  const sessionId = OpenSessionContext.use((state) => state.sessionId);
  // After the sandbox was turned on or off the session of before is gone, and the next one comes a moment later.
  const isOpen = OpenSessionContext.use((state) => state.status === 'open');
  const { send } = ChatContext.useHandle();
  return (
    <>
      <MissingDependencies />
      <div className={styles.foot}>
        <Button tone="quiet" onClick={onBack}>
          Back
        </Button>
        <Button onClick={onDone}>Open the chat</Button>
        <Button
          tone="primary"
          disabled={sessionId === null || !isOpen}
          onClick={() => {
            if (sessionId === null) return;
            void send(sessionId, request);
            onDone();
          }}
        >
          {request}
        </Button>
      </div>
    </>
  );
}
