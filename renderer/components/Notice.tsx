import { useRef, type ReactNode } from 'react';
import { CircleAlert, Info, TriangleAlert } from 'lucide-react';
import { cx } from '../lib/cx.ts';
import { CopyReport } from './CopyReport.tsx';
import styles from './Notice.module.css';

const icons = { info: Info, warn: TriangleAlert, bad: CircleAlert } as const;

export interface NoticeProps {
  readonly tone: 'info' | 'warn' | 'bad';
  readonly children: ReactNode;
  readonly actions?: ReactNode;
  /** False: no failure of this program, so its report would help nobody. */
  readonly isOurs?: boolean;
}

/** What happened, what was kept, what to do; announced to screen readers when it appears. A failure can be reported. */
export function Notice({ tone, children, actions, isOurs = true }: NoticeProps) {
  const Icon = icons[tone];
  const text = useRef<HTMLDivElement>(null);
  const hasReport = tone === 'bad' && isOurs;
  return (
    <div className={cx(styles.notice, styles[tone])} role={tone === 'bad' ? 'alert' : 'status'}>
      <div className={styles.body}>
        <Icon className={styles.icon} aria-hidden="true" />
        <div ref={text} className={styles.text}>
          {children}
        </div>
      </div>
      {actions === undefined && !hasReport ? null : (
        <div className={styles.actions}>
          {actions}
          {hasReport ? <CopyReport about={() => text.current?.innerText ?? ''} /> : null}
        </div>
      )}
    </div>
  );
}
