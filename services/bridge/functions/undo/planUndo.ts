import type { ChangeView, UndoConflict } from '../../../../shared/contracts/index.ts';
import { AppError } from '../../../../shared/errors/index.ts';
import { isSameProject, sha256Of, type JournalTables } from '../../journal/index.ts';
import { parseStoredEdit } from '../../unity/sceneEditSchema.ts';
import type { ScenePlan } from '../../unity/sceneTypes.ts';
import type { DeletePlan, RestorePlan } from '../../unity/editTypes.ts';
import type { CallContext, UnityAdapter, WritePlan } from '../../unity/types.ts';
import { capConflict } from './capConflict.ts';
import type { Diffs } from '../diffs.ts';

/**
 * What taking a change back means for the project as it is now. A change of a text is merged back; a created file is
 * deleted only while it is as SPARK left it; a deleted one comes back only where nothing else is now. Whatever would
 * lose something that somebody wrote since is a conflict, and nothing is done.
 */
export type UndoPlan =
  | { readonly kind: 'write'; readonly plan: WritePlan }
  | { readonly kind: 'delete'; readonly plan: DeletePlan }
  | { readonly kind: 'restore'; readonly plan: RestorePlan }
  | { readonly kind: 'scene'; readonly plan: ScenePlan }
  | { readonly kind: 'nothing_to_do'; readonly why: string }
  | { readonly kind: 'conflict'; readonly conflict: UndoConflict };

export type PlanUndo = (changeId: string, context: CallContext) => Promise<UndoPlan>;

export function makePlanUndo(deps: {
  readonly journal: Pick<JournalTables, 'changes' | 'sessions'>;
  readonly unity: Pick<UnityAdapter, 'readScript' | 'planDelete' | 'planSceneUndo'>;
  readonly diffs: Pick<Diffs, 'merge'>;
}): PlanUndo {
  const { journal, unity, diffs } = deps;

  const readNow = (path: string, context: CallContext) =>
    orMissing(unity.readScript({ path }, context).then(({ contents, sha256 }) => ({ text: contents, sha256 })));

  async function ofModified(
    change: ChangeView,
    texts: { before: string; after: string },
    context: CallContext,
  ): Promise<UndoPlan> {
    const { path } = change;
    const now = await readNow(path, context);
    if (now === null) return conflict(change, `${path} was deleted since.`, null, texts.before);
    const merge = await diffs.merge({ base: texts.after, now: now.text, target: texts.before });
    if (merge.kind === 'conflict') {
      return conflict(change, `The same lines of ${path} were changed since.`, now.text, texts.before, merge.regions);
    }
    if (merge.text === now.text) return nothing(`${path} no longer has this change.`);
    const plan: WritePlan = {
      path,
      before: now.text,
      after: merge.text,
      sha256Before: now.sha256,
      sha256After: sha256Of(merge.text),
      warnings: [],
      editsApplied: 0,
    };
    return { kind: 'write', plan };
  }

  async function ofCreated(change: ChangeView, after: string | null, context: CallContext): Promise<UndoPlan> {
    const plan = await orMissing(unity.planDelete({ path: change.path }, context));
    if (plan === null) return nothing(`${change.path} is gone already.`);
    if (plan.sha256Before !== change.sha256After) {
      const regions = after === null || plan.before === null ? [] : [{ line: 1, now: plan.before, wanted: '' }];
      return conflict(change, `${change.path} was edited since it was created.`, plan.before, null, regions);
    }
    return { kind: 'delete', plan };
  }

  async function ofDeleted(change: ChangeView, before: string | null, context: CallContext): Promise<UndoPlan> {
    const there = await orMissing(unity.planDelete({ path: change.path }, context));
    if (there !== null) {
      if (there.sha256Before === change.sha256Before) return nothing(`${change.path} is there again already.`);
      return conflict(change, `There is another file at ${change.path} now.`, there.before, before);
    }
    const files = journal.changes.keptFiles(change.changeId);
    if (files.length === 0 || change.sha256Before === null) {
      throw new AppError('not_found', `The deleted ${change.path} was not kept.`, {
        data: { changeId: change.changeId },
      });
    }
    const plan: RestorePlan = { path: change.path, sha256After: change.sha256Before, after: before, files };
    return { kind: 'restore', plan };
  }

  async function ofScene(change: ChangeView, stored: unknown, context: CallContext): Promise<UndoPlan> {
    const { scene, edit } = parseStoredEdit(stored);
    const undo = await unity.planSceneUndo(edit, scene, context);
    switch (undo.kind) {
      case 'plan':
        return { kind: 'scene', plan: undo.plan };
      case 'nothing_to_do':
        return undo;
      case 'conflict': {
        const { now, wanted } = undo;
        return conflict(change, undo.why, now, wanted, [{ line: 1, now, wanted }]);
      }
    }
  }

  return async (changeId, context) => {
    const change = journal.changes.get(changeId);
    const content = journal.changes.content(changeId);
    if (change === null || content === null) {
      throw new AppError('not_found', 'This change is not in the journal of this machine.', { data: { changeId } });
    }
    requireOwnProject(journal, change);
    const { before, after } = content;
    switch (change.kind) {
      case 'scene':
        return await ofScene(change, journal.changes.sceneEdit(changeId), context);
      case 'created':
        return await ofCreated(change, after, context);
      case 'deleted':
        return await ofDeleted(change, before, context);
      case 'modified':
        return await ofModified(change, { before: before ?? '', after: after ?? '' }, context);
    }
  };
}

/**
 * Rejects (throws) with `unity_select_instance` when the session has chosen another project since: the same path there is
 * another file.
 */
export function requireOwnProject(
  journal: Pick<JournalTables, 'changes' | 'sessions'>,
  { changeId, sessionId, path }: Pick<ChangeView, 'changeId' | 'sessionId' | 'path'>,
): void {
  const made = journal.changes.projectOf(changeId);
  const now = journal.sessions.projectOf(sessionId);
  if (made === null || now === null || isSameProject(made, now)) return;
  const names = made.name === now.name ? `another ${made.name}` : made.name;
  throw new AppError(
    'unity_select_instance',
    `The change to ${path} was made in ${names}, and this session works in ${now.name} now. Choose ${names} to undo it. Nothing was changed.`,
    { data: { changeId, project: made.name, chosen: now.name } },
  );
}

const nothing = (why: string): UndoPlan => ({ kind: 'nothing_to_do', why });

const conflict = (
  { changeId, path }: ChangeView,
  why: string,
  now: string | null,
  wanted: string | null,
  regions: readonly UndoConflict['regions'][number][] = [],
): UndoPlan => ({
  kind: 'conflict',
  conflict: capConflict({ changeId, path, why, now, wanted, regions: [...regions] }),
});

async function orMissing<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof AppError && error.code === 'not_found') return null;
    throw error;
  }
}
