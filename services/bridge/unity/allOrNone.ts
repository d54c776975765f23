import { AppError, toAppError, type ErrorCode } from '../../../shared/errors/index.ts';
import type { WritePlan } from './types.ts';
import type { FileVersions, Standing } from './writeSetTypes.ts';

/**
 * Several files as one change. Files are written one after another, new ones last; when one cannot be written, those
 * before it are put back, newest first, each under the precondition that it still is as it was written. A write whose
 * outcome is not known stops everything and takes nothing back: it is settled first. What cannot be put back now is put
 * back later: that, too, ends as `unity_unsettled`.
 */
export interface FileDoor {
  /** Rejects when the file was not written; `unity_unsettled` when that is not known. */
  readonly write: (plan: WritePlan) => Promise<void>;
  /** Gives the file its text from before the plan (none: removes it). Rejects when somebody else changed it meanwhile. */
  readonly putBack: (plan: WritePlan) => Promise<void>;
}

export type AllOrNone =
  | { readonly kind: 'applied' }
  | {
      readonly kind: 'partial';
      readonly written: readonly WritePlan[];
      readonly standing: readonly Standing[];
      readonly error: AppError;
    };

/** Whether trying again later may end otherwise. */
export const isPassing = (code: ErrorCode): boolean =>
  code.startsWith('unity_') ? code !== 'unity_rejected' && code !== 'unity_failed' : passing.has(code);
const passing: ReadonlySet<ErrorCode> = new Set(['cancelled', 'timeout']);

/** Rejects when nothing was changed in the end; the error's data says which file failed and which were put back. */
export async function writeAllOrNone(
  plans: readonly WritePlan[],
  door: FileDoor,
  signal: AbortSignal,
): Promise<AllOrNone> {
  const written: WritePlan[] = [];
  for (const plan of inWritingOrder(plans)) {
    try {
      if (signal.aborted) throw new AppError('cancelled', 'Cancelled.', { cause: signal.reason });
      await door.write(plan);
      written.push(plan);
    } catch (error) {
      const cause = toAppError(error);
      if (cause.code === 'unity_unsettled') throw cause;
      return await takeBack(written, plan, cause, door);
    }
  }
  return { kind: 'applied' };
}

/** New files last: what they need is then there, and the fewest of them have to be removed again. */
export const inWritingOrder = <F extends FileVersions>(plans: readonly F[]): F[] =>
  plans.toSorted((a, b) => Number(a.before === null) - Number(b.before === null));

async function takeBack(
  written: readonly WritePlan[],
  failed: WritePlan,
  cause: AppError,
  door: FileDoor,
): Promise<AllOrNone> {
  const standing: { plan: WritePlan; why: string }[] = [];
  let later: AppError | undefined;
  for (const plan of written.toReversed()) {
    try {
      await door.putBack(plan);
    } catch (error) {
      const why = toAppError(error);
      standing.unshift({ plan, why: why.message });
      if (isPassing(why.code)) later = why;
    }
  }
  if (later !== undefined) {
    const message = `${cause.message} What was written of this change (${paths(standing)}) could not be put back yet (${later.message}). SPARK puts it back as soon as Unity answers.`;
    throw new AppError('unity_unsettled', message, { data: { failedPath: failed.path }, cause: later });
  }
  const putBack = written.filter((plan) => standing.every((left) => left.plan !== plan)).map(({ path }) => path);
  const data = { ...cause.data, failedPath: failed.path, putBack, standing: standing.map(({ plan }) => plan.path) };
  if (standing.length === 0) {
    if (written.length === 0) throw cause;
    const message = `${cause.message} The other files of this change (${putBack.join(', ')}) were put back: nothing is changed.`;
    throw new AppError(cause.code, message, { data, cause });
  }
  const left = standing.map(({ plan, why }) => `${plan.path} is changed and could not be put back (${why})`);
  const message = `Only a part of this change is done. ${cause.message} ${left.join('; ')}.`;
  return {
    kind: 'partial',
    written: standing.map(({ plan }) => plan),
    standing: standing.map(({ plan, why }) => ({ path: plan.path, why })),
    error: new AppError('unity_failed', message, { data, cause }),
  };
}

const paths = (standing: readonly { readonly plan: WritePlan }[]): string =>
  standing.map(({ plan }) => plan.path).join(', ');
