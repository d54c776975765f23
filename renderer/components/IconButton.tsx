import { Tooltip } from 'radix-ui';
import type { LucideIcon } from 'lucide-react';
import type { ButtonHTMLAttributes, Ref } from 'react';
import { cx } from '../lib/cx.ts';
import styles from './IconButton.module.css';

export interface IconButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  /** Said by screen readers and shown on hover. */
  readonly label: string;
  readonly icon: LucideIcon;
  /** The keys that do the same, shown on hover: `Ctrl K`. */
  readonly keys?: string | null;
  readonly side?: 'right' | 'bottom' | 'top' | 'left';
  readonly large?: boolean;
  readonly ref?: Ref<HTMLButtonElement>;
}

export function IconButton(props: IconButtonProps) {
  const { label, icon: Icon, keys = null, side = 'bottom', large = false, className, ...rest } = props;
  return (
    <Tooltip.Root>
      <Tooltip.Trigger asChild>
        <button
          type="button"
          aria-label={label}
          className={cx(styles.button, large && styles.large, className)}
          {...rest}
        >
          <Icon className={styles.icon} aria-hidden="true" />
        </button>
      </Tooltip.Trigger>
      <Tooltip.Portal>
        <Tooltip.Content side={side} sideOffset={4} className={styles.tip}>
          {label}
          {keys === null ? null : <kbd className={styles.keys}>{keys}</kbd>}
        </Tooltip.Content>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}
