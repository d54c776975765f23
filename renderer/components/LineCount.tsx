import styles from './LineCount.module.css';

/** `+64 −3`: lines that a change adds and removes; `−42` where nothing is added. */
export const LineCount = ({ added, removed }: { readonly added: number; readonly removed: number }) => (
  <span className={styles.count}>
    {added === 0 && removed > 0 ? null : (
      <span className={styles.added}>
        +{added}
        <span className="visuallyHidden"> lines added</span>
      </span>
    )}
    {removed > 0 ? (
      <span className={styles.removed}>
        −{removed}
        <span className="visuallyHidden"> lines removed</span>
      </span>
    ) : null}
  </span>
);
