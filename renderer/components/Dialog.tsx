import { useState, type ReactNode, type RefObject } from 'react';
import { Dialog as Primitive } from 'radix-ui';
import { Button } from './Button.tsx';
import styles from './Dialog.module.css';

export interface DialogProps {
  readonly title: ReactNode;
  /** What comes of it; read out with the title. */
  readonly about?: ReactNode;
  readonly children?: ReactNode;
  /** Name of the button that closes it and changes nothing. */
  readonly keep: string;
  readonly onClose: () => void;
  /** The button that does what is asked. */
  readonly action: ReactNode;
  /** Takes the focus afterwards; without it what had the focus before. */
  readonly focusAfter?: RefObject<HTMLElement | null>;
  readonly testId?: string;
}

/** Asks once, over the window: Escape, a click beside it and the first button change nothing. Open while it is in the page. */
export function Dialog({ title, about, children, keep, onClose, action, focusAfter, testId }: DialogProps) {
  const [opener] = useState(() => document.activeElement);
  return (
    <Primitive.Root open onOpenChange={onClose}>
      <Primitive.Portal>
        <Primitive.Overlay className={styles.overlay} />
        <Primitive.Content
          className={styles.dialog}
          data-testid={testId}
          {...(about === undefined ? { 'aria-describedby': undefined } : {})}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            const next = focusAfter === undefined ? opener : focusAfter.current;
            if (next instanceof HTMLElement) next.focus();
          }}
        >
          <Primitive.Title>{title}</Primitive.Title>
          {about === undefined ? null : <Primitive.Description className={styles.about}>{about}</Primitive.Description>}
          {children}
          <div className={styles.foot}>
            <Primitive.Close asChild>
              <Button tone="quiet">{keep}</Button>
            </Primitive.Close>
            {action}
          </div>
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}
