import { TriangleAlert } from 'lucide-react';
import { safeText } from '../../lib/safeText.ts';
import styles from './ApprovalCard.module.css';

/** What to know before approving, a sentence each. */
export function Warnings({ warnings }: { readonly warnings: readonly string[] }) {
  return warnings.map((warning) => (
    <p key={warning} className={styles.warning}>
      <TriangleAlert aria-hidden="true" />
      <span>{safeText(warning)}</span>
    </p>
  ));
}
