import type { ButtonHTMLAttributes, Ref } from 'react';
import { cx } from '../lib/cx.ts';
import styles from './Button.module.css';

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  /** `primary` is orange and stands for the one thing that waits for the person. */
  readonly tone?: 'plain' | 'primary' | 'quiet';
  /** A key that does the same, shown inside. */
  readonly shortcut?: string;
  readonly ref?: Ref<HTMLButtonElement>;
}

export function Button({ tone = 'plain', shortcut, className, children, ...rest }: ButtonProps) {
  return (
    <button type="button" className={cx(styles.button, styles[tone], className)} {...rest}>
      {children}
      {shortcut === undefined ? null : (
        <kbd className={styles.key} aria-hidden="true">
          {shortcut}
        </kbd>
      )}
    </button>
  );
}
