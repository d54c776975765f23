import type { CallView, SparkEvent } from '../../../shared/contracts/index.ts';
import { InvariantError } from '../../../shared/errors/index.ts';
import type { CallRecord, JournalTables } from '../journal/index.ts';
import { isTerminal, type Push } from './types.ts';

/**
 * One call's view, and its only way to change: each state is journalled with its event in one transaction, then pushed.
 * A terminal state is reached once; `unsettled` has given the model its one output but still waits for the file.
 */
export interface CallRun {
  readonly view: () => CallView;
  /** Changes what is not the state (links, timing), without an event. */
  readonly patch: (patch: Partial<CallView>) => void;
  /** The same without an fsync and a push of its own: the next change keeps and shows it. */
  readonly note: (patch: Partial<CallView>) => void;
  readonly transition: (change: CallTransition) => readonly SparkEvent[];
}

export interface CallTransition {
  readonly state: CallView['state'];
  readonly patch?: Partial<CallView>;
  /** The model's output; kept from the first time on. */
  readonly output?: string;
  /** Runs in the same transaction; returns the events it appended. */
  readonly keep?: () => readonly SparkEvent[];
}

/** The end that is given to a call whose write was settled after its reply was lost. */
export interface SettledEnd extends CallTransition {
  readonly announce: () => void;
  /** For the model, in words. */
  readonly text: string;
}

const maxArgumentCharacters = 16_384;
const maxTextCharacters = 4_096;

export function makeCallRun(options: {
  readonly journal: JournalTables;
  readonly record: CallRecord;
  readonly push: Push;
  readonly now: () => string;
}): CallRun {
  const { journal, record, push, now } = options;
  let view = record.view;

  const announce = (): void => {
    push({ name: 'call.changed', payload: { call: view } });
  };
  return {
    view: () => view,
    patch(patch) {
      view = { ...view, ...patch };
      journal.calls.save(view);
      announce();
    },
    note(patch) {
      view = { ...view, ...patch };
    },
    transition({ state, patch = {}, output, keep }) {
      if (isTerminal(view.state)) throw new InvariantError(`Call ${view.callId} already ended as ${view.state}.`);
      const next: CallView = { ...view, ...patch, state, finishedAt: isTerminal(state) ? now() : null };
      const events = journal.transact(() => {
        const kept = keep?.() ?? [];
        journal.calls.save(next, output);
        return [...kept, journal.outbox.append(next.sessionId, callEvent(next, record.argumentsJson))];
      });
      view = next;
      announce();
      return events;
    },
  };
}

export const callEvent = (view: CallView, argumentsJson: string) => ({
  type: 'function_call' as const,
  callId: view.callId,
  name: view.name.slice(0, 128),
  effect: view.effect,
  state: view.state,
  argumentsJson: argumentsJson.slice(0, maxArgumentCharacters),
  ...(isTerminal(view.state) ? { resultSummary: view.summary.slice(0, maxTextCharacters) } : {}),
  ...(view.error === null
    ? {}
    : { errorCode: view.error.code.slice(0, 64), errorMessage: view.error.message.slice(0, maxTextCharacters) }),
  ...(view.finishedAt === null
    ? {}
    : { durationMs: Math.max(0, Date.parse(view.finishedAt) - Date.parse(view.createdAt)) }),
});
