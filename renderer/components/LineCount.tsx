import styles from './LineCount.module.css';

/** `+64 −3`: lines that a change adds and removes. */
export const LineCount = ({ added, removed }: { readonly added: number; readonly removed: number }) => (
  <span className={styles.count}>
    <span className={styles.added}>
      +{added}
      <span className="visuallyHidden"> lines added</span>
    </span>
    {removed > 0 ? (
      <span className={styles.removed}>
        −{removed}
        <span className="visuallyHidden"> lines removed</span>
      </span>
    ) : null}
  </span>
);
