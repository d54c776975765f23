import type { RefObject } from 'react';
import type { SessionView } from '../../../shared/contracts/api/index.ts';

/** A dialog about one session. */
export interface SessionDialogProps {
  readonly session: SessionView;
  readonly onDone: () => void;
  /** Takes the focus when it closes. */
  readonly focusAfter: RefObject<HTMLElement | null>;
}
