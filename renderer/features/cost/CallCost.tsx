import { countOf } from '../../lib/format.ts';
import { CostContext } from './costStore.ts';
import { costText, totalOf } from './words.ts';
import styles from './Cost.module.css';

/** What another model cost that was asked for this call; nothing where none was. */
export function CallCost({ callId }: { readonly callId: string }) {
  const sum = CostContext.use(({ usage }) => usage?.calls.find((call) => call.callId === callId));
  if (sum === undefined) return null;
  return (
    <>
      <dt>Cost</dt>
      <dd className={styles.callCost}>
        {costText(sum)} · {countOf(totalOf(sum.tokens), 'token')} in {countOf(sum.responses, 'answer')} of the code
        model
      </dd>
    </>
  );
}
