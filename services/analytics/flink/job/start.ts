import type { ReplicationSlot } from '../../../../database/index.ts';
import type { StoredState } from './state.ts';

/** Replication slot of the job; alert rules name it. */
export const slotName = 'spark_flink';

/** How a start goes on, from what is there. */
export type StartPlan =
  | { readonly kind: 'restore'; readonly checkpoint: string; readonly since: Date }
  /** From the stored events of `since` on; the slot, if there is one, is dropped, and the windows are counted anew. */
  | { readonly kind: 'anew'; readonly since: Date; readonly dropSlot: boolean }
  /** Something is lost that only the caller may pass over, by `--since`. */
  | { readonly kind: 'refuse'; readonly reason: string };

export interface StartFacts {
  readonly now: Date;
  /** `--since`: count anew from this hour on, whatever is there. */
  readonly asked: Date | undefined;
  /** Newest whole checkpoint, and what its job was. */
  readonly state: StoredState | undefined;
  /** Of the job as it is now (`jobLayout`). */
  readonly layout: string;
  readonly slot: ReplicationSlot | undefined;
  /** End of the newest window that was written; null without any. */
  readonly windowsEnd: Date | null;
}

/**
 * A checkpoint and its slot belong together. Without its checkpoint a job would overwrite open windows with parts of
 * them; without its slot it would go on after a gap that nobody sees. So both are there, or none is, or it is refused.
 */
export function planStart(facts: StartFacts): StartPlan {
  const { asked, state, slot, windowsEnd } = facts;
  if (slot?.active === true)
    return { kind: 'refuse', reason: 'The replication slot is in use: another job reads it. End that one first.' };
  if (asked !== undefined) return { kind: 'anew', since: hourOf(asked), dropSlot: slot !== undefined };
  // The hour that the newest minute is in: its own window may not have been written, also when that minute was its last.
  const hour = hourOf(windowsEnd === null ? facts.now : new Date(windowsEnd.getTime() - 1));
  const hint = `What was counted is kept. Count anew with --since ${hour.toISOString()} (or an earlier hour).`;
  if (state !== undefined) {
    if (slot === undefined)
      return { kind: 'refuse', reason: `There is a checkpoint but its replication slot is gone. ${hint}` };
    if (slot.walStatus === 'lost')
      return { kind: 'refuse', reason: `PostgreSQL removed changes that the job has not read yet. ${hint}` };
    if (state.layout !== facts.layout)
      return { kind: 'refuse', reason: `The checkpoint is of another version of the job and does not fit. ${hint}` };
    return { kind: 'restore', checkpoint: state.checkpoint, since: state.since };
  }
  if (slot !== undefined)
    return { kind: 'refuse', reason: `There is a replication slot but no checkpoint that belongs to it. ${hint}` };
  if (windowsEnd !== null)
    return { kind: 'refuse', reason: `Windows were written before, and there is no checkpoint to go on from. ${hint}` };
  return { kind: 'anew', since: hourOf(facts.now), dropSlot: false };
}

/** Windows of an hour are whole only when the job has all of the hour. */
export const hourOf = (moment: Date): Date => new Date(Math.floor(moment.getTime() / hourMs) * hourMs);
const hourMs = 3_600_000;
