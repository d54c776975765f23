import type { ReactNode } from 'react';
import type { InsightsView } from '../../../shared/contracts/api/index.ts';
import { dayText, sourceText } from './words.ts';
import styles from './Insights.module.css';

/** Where the figures are from, of which days and how old: beside the first of them, so that nobody has to look for it. */
export function Source({ view, children }: { readonly view: InsightsView; readonly children?: ReactNode }) {
  const readAt = new Date(view.readAt).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
  return (
    <p className={styles.source}>
      {sourceText(view.source)} {dayText(view.from)} to {dayText(view.to)}; a day is a UTC day. Read at {readAt}.{' '}
      {children}
    </p>
  );
}
