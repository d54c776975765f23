import type { CallView } from '../../../shared/contracts/api/index.ts';
import { DiffView } from '../../components/code/index.ts';
import styles from './ChangesPanel.module.css';

/** A change that waits for the person, in the wider space of the panel. It is decided on its card in the chat. */
export function ProposalDiff({ call }: { readonly call: CallView }) {
  const { approval } = call;
  if (approval?.kind !== 'write') return null;
  return (
    <section className={styles.proposal}>
      <h3>
        <strong>waiting for you</strong> · {approval.path}
      </h3>
      <DiffView
        path={approval.path}
        before={approval.before ?? ''}
        after={approval.after}
        label={`Proposed change of ${approval.path}`}
        layout="split"
      />
    </section>
  );
}
