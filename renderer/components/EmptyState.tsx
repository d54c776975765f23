import type { ReactNode } from 'react';
import type { LucideIcon } from 'lucide-react';
import styles from './EmptyState.module.css';

/** Says what will be here and how to get it. */
export function EmptyState({
  icon: Icon,
  title,
  children,
}: {
  readonly icon: LucideIcon;
  readonly title: string;
  readonly children?: ReactNode;
}) {
  return (
    <div className={styles.empty}>
      <Icon className={styles.icon} aria-hidden="true" />
      <h2>{title}</h2>
      {children === undefined ? null : <div className={styles.text}>{children}</div>}
    </div>
  );
}
