import { AppError, DependencyError } from '../../../shared/errors/index.ts';
import type { Logger } from '../../../shared/node/logging/index.ts';
import type { UnityCalls } from './calls.ts';
import { sceneCommands } from './sceneCommands.ts';
import { afterwards, foundLater } from './sceneFindings.ts';
import { knownOf } from './sceneInverse.ts';
import type { SceneReads } from './sceneReads.ts';
import { sceneRefusal } from './sceneRefusal.ts';
import type { Standing, StandingOf } from './sceneStanding.ts';
import type { SceneEdit, SceneVerdict, SceneWrite, SceneWriteStore } from './sceneTypes.ts';

/**
 * The ledger of scene changes: the intent is stored before it is sent, and a lost reply is settled by reading the scene.
 * It is sent again only when the scene says that nothing of it is there: a second `create` makes a second object. What an
 * earlier run left open is never sent again, only read: applied, not applied, or not to be known.
 */
export interface SceneWrites {
  /**
   * Resolves when the scene has the change. Rejects with `unity_unsettled` when the scene cannot be read now: then it
   * stays open and is settled by `settleOpen`.
   */
  readonly write: (write: SceneWrite, signal: AbortSignal) => Promise<SceneVerdict>;
  /** Rejects with `unity_busy` when an earlier change cannot be settled now: what is there could not tell the two apart. */
  readonly settleEarlier: (signal: AbortSignal) => Promise<void>;
  readonly settleOpen: (signal: AbortSignal) => Promise<void>;
  readonly isUnsettled: () => boolean;
}

const maxSends = 3;

export function makeSceneWrites(deps: {
  readonly store: SceneWriteStore;
  readonly calls: Pick<UnityCalls, 'attempt'>;
  readonly reads: SceneReads;
  readonly standingOf: StandingOf;
  readonly logger: Logger;
  /** Whether the session of a change works in the project that is open now. */
  readonly isHere: (sessionId: string) => boolean;
}): SceneWrites {
  const { store, calls, reads, standingOf, logger, isHere } = deps;
  const inFlight = new Set<string>();
  const openOnes = (): SceneWrite[] =>
    store.open().filter(({ writeId, sessionId }) => !inFlight.has(writeId) && isHere(sessionId));

  function conclude({ writeId, plan }: SceneWrite, outcome: 'not_applied' | 'unknown', why: string): void {
    store.settle(writeId, { outcome, edit: plan.edit, components: [], why });
  }

  async function confirm(write: SceneWrite, signal: AbortSignal): Promise<SceneVerdict> {
    const verdict = afterwards(write, await reads.find(write.plan.edit.path, signal));
    store.settle(write.writeId, verdict);
    return verdict;
  }

  /** Takes back what is there of a change that came only half way; resolves with where the scene stands then. */
  async function takeBack(edit: SceneEdit, signal: AbortSignal): Promise<Standing> {
    const standing = await standingOf(edit, signal);
    const inverse = inverseOf(edit);
    if (inverse === null || standing === 'open' || standing === 'other') return standing;
    const { tool, args } = sceneCommands(inverse);
    await calls.attempt(tool, args, signal);
    return await standingOf(edit, signal);
  }

  /** Nothing here may look like a refusal of the change: it is then simply not known yet. */
  async function asked<T>({ writeId, plan }: SceneWrite, work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      const { path } = plan.edit;
      throw new DependencyError(
        'unity_unsettled',
        `Unity did not confirm the change of ${path} and cannot be asked now. SPARK looks at the scene as soon as it answers.`,
        { retryable: false, data: { writeId, path }, cause: error },
      );
    }
  }

  async function deliver(write: SceneWrite, signal: AbortSignal): Promise<SceneVerdict> {
    const { edit } = write.plan;
    const { tool, args } = sceneCommands(edit);
    for (let sends = 1; ; sends += 1) {
      const result = await calls.attempt(tool, args, signal).catch((error: unknown) => {
        conclude(write, 'not_applied', 'It was never sent.');
        throw error;
      });
      if (result.kind === 'reply') return await asked(write, confirm(write, signal));
      if (result.kind === 'failed' || result.kind === 'choose_instance') {
        const left = await asked(write, takeBack(edit, signal));
        const refusal = sceneRefusal(result, tool);
        // Unity may throw after it has done it.
        if (left === 'done' && inverseOf(edit) === null) return await asked(write, confirm(write, signal));
        if (left === 'partial' || left === 'done') {
          throw notKnown(write, `Unity refused it (${refusal.message}), and a part of it could not be taken back.`);
        }
        conclude(write, 'not_applied', refusal.message);
        throw refusal;
      }
      let standing = await asked(write, standingOf(edit, signal));
      if (standing === 'done') return await asked(write, confirm(write, signal));
      if (standing === 'partial') standing = await asked(write, takeBack(edit, signal));
      if (standing !== 'open')
        throw notKnown(write, 'The reply was lost, and the scene is neither as before nor as meant.');
      if (sends >= maxSends) {
        conclude(write, 'not_applied', 'Unity never did it.');
        throw new DependencyError('unity_failed', `Unity did not change ${edit.path}; it is as it was. Try again.`, {
          retryable: true,
          data: { path: edit.path },
        });
      }
      logger.info(
        { path: edit.path, sends, why: result.kind },
        'a lost scene change was not applied; sending it again',
      );
    }
  }

  function notKnown(write: SceneWrite, why: string): AppError {
    const { path } = write.plan.edit;
    conclude(write, 'unknown', why);
    return new AppError('unity_failed', `${why} Look at ${path} in Unity before you ask again.`, { data: { path } });
  }

  async function settle(write: SceneWrite, signal: AbortSignal): Promise<void> {
    const verdict = await foundLater(write, { reads, standingOf }, signal);
    if (inFlight.has(write.writeId)) return;
    store.settle(write.writeId, verdict);
    const { writeId, plan } = write;
    logger.info({ writeId, path: plan.edit.path, outcome: verdict.outcome }, 'an open scene change was settled');
  }

  return {
    isUnsettled: () => openOnes().length > 0,
    async write(write, signal) {
      store.intend(write);
      inFlight.add(write.writeId);
      try {
        return await deliver(write, signal);
      } finally {
        inFlight.delete(write.writeId);
      }
    },
    async settleEarlier(signal) {
      for (const write of openOnes()) {
        try {
          await settle(write, signal);
        } catch (error) {
          throw new DependencyError(
            'unity_busy',
            `An earlier change of ${write.plan.edit.path} is not settled yet, and Unity cannot be asked now. Nothing was changed; try again when it answers.`,
            { retryable: true, data: { path: write.plan.edit.path, writeId: write.writeId }, cause: error },
          );
        }
      }
    },
    async settleOpen(signal) {
      for (const write of openOnes()) await settle(write, signal);
    },
  };
}

/** What removes the steps of an edit that are there; null for what only removes. */
function inverseOf(edit: SceneEdit): SceneEdit | null {
  switch (edit.kind) {
    case 'create':
      return { kind: 'delete', path: edit.path, request: edit.request };
    case 'add':
      return { ...edit, kind: 'remove', added: [edit.component] };
    case 'set':
      return { ...edit, before: edit.after, after: knownOf(edit.before) };
    case 'delete':
    case 'remove':
      return null;
  }
}
