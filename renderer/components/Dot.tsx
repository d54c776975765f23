import { cx } from '../lib/cx.ts';
import styles from './Dot.module.css';

export type DotTone = 'ok' | 'warn' | 'bad' | 'off' | 'busy' | 'waiting';

/** A state as a small shape. Each tone has its own shape too, and a word always stands beside it. */
export const Dot = ({ tone }: { readonly tone: DotTone }) => (
  <span className={cx(styles.dot, styles[tone])} aria-hidden="true" />
);
