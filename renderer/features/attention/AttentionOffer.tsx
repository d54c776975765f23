import { Button } from '../../components/Button.tsx';
import { Notice } from '../../components/Notice.tsx';
import { safeText } from '../../lib/safeText.ts';
import { AttentionContext } from './attentionStore.ts';
import styles from './Attention.module.css';

/** Offers notifications once, when one would have helped. */
export function AttentionOffer() {
  const offer = AttentionContext.use((state) => state.offer);
  const { answer } = AttentionContext.useHandle();
  if (offer === null) return null;
  return (
    <div className={styles.offer}>
      <Notice
        tone="info"
        actions={
          <>
            <Button onClick={() => void answer(true)}>Notify me next time</Button>
            <Button tone="quiet" onClick={() => void answer(false)}>
              No
            </Button>
          </>
        }
      >
        {safeText(offer)} This window was not in front.
      </Notice>
    </div>
  );
}
