import type { Logger } from '../../../shared/node/logging/index.ts';
import { hashOf } from './instances.ts';
import type { EditorStateKind, EditorStatus, EditorTransition } from './types.ts';

/** Every change of the editor's state, with the time spent in the state it left. */
export interface Transitions {
  /** Tells the transition when the state is another one than before. */
  readonly enter: (status: EditorStatus) => void;
}

export function makeTransitions(options: {
  readonly first: EditorStateKind;
  readonly clock: { readonly now: () => number };
  readonly logger: Logger;
  readonly onTransition: (transition: EditorTransition) => void;
}): Transitions {
  const { clock, logger, onTransition } = options;
  let kind = options.first;
  let since = clock.now();
  let project: string | null = null;
  return {
    enter(status) {
      const projectHash = hashOf(status.instanceId) ?? project;
      project = projectHash;
      if (status.kind === kind) return;
      const now = clock.now();
      // A clock that was set back makes no negative durations.
      const ms = Math.max(0, Math.round(now - since));
      const transition = { from: kind, to: status.kind, ms, projectHash, projectName: status.projectName };
      kind = status.kind;
      since = now;
      logger.info({ ...transition, instance: status.instanceId }, 'unity editor');
      onTransition(transition);
    },
  };
}
