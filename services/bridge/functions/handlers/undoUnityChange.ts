import { undoUnityChangeArgs, undoUnityChangeResult } from '../../../../shared/contracts/index.ts';
import { AppError } from '../../../../shared/errors/index.ts';
import { compileWords, fileNameOf, keepFileChange, toFileChangeView, type FileChange } from '../fileChange.ts';
import { countLines } from '../lineDiff.ts';
import { keepScriptWrite, summarise, toChangeView, type ScriptWrite } from '../scriptChange.ts';
import { changeScene } from '../sceneChange.ts';
import type { FunctionDefinition, HandlerContext, HandlerOutcome } from '../types.ts';
import { makePlanUndo, type UndoPlan } from '../undo/planUndo.ts';

type Outcome = HandlerOutcome<{ success: true; changeId: string; undoesChangeId: string; path: string }>;

/** The developer's own button: no approval is asked, and the model cannot call it. */
export const undoUnityChange: FunctionDefinition<typeof undoUnityChangeArgs, typeof undoUnityChangeResult> = {
  name: 'undoUnityChange',
  description: 'Takes one change back and keeps what was written since.',
  audience: 'person',
  args: undoUnityChangeArgs,
  result: undoUnityChangeResult,
  effect: 'write',
  policy: 'ask',
  timeLimitMs: 300_000,
  async handler({ changeId }, context) {
    const planned = await makePlanUndo(context)(changeId, context);
    switch (planned.kind) {
      case 'write':
        return await writeBack(changeId, planned, context);
      case 'delete':
      case 'restore':
        return await moveBack(changeId, planned, context);
      case 'scene':
        return await sceneBack(changeId, planned, context);
      case 'nothing_to_do':
        throw new AppError('not_found', planned.why);
      case 'conflict':
        throw new AppError('stale_file', `${planned.conflict.why} Nothing was written.`);
    }
  },
};

async function writeBack(
  undoesChangeId: string,
  { plan }: Extract<UndoPlan, { kind: 'write' }>,
  context: HandlerContext,
): Promise<Outcome> {
  await context.approve({
    path: plan.path,
    view: {
      kind: 'write',
      path: plan.path,
      before: plan.before,
      after: plan.after,
      addedLines: 0,
      removedLines: 0,
      reason: 'Undo',
      warnings: [],
      rememberFolder: null,
    },
  });
  // Before the write: once the file stands nothing may come between it and its keeping.
  const lines = await context.diffs.countChangedLines(plan.before, plan.after);
  const outcome = await context.unity.unityApplyPatch(plan, context);
  for (const { step, ms } of outcome.timing) context.addTiming(step, ms);
  const write: ScriptWrite = {
    kind: 'patched',
    sessionId: context.sessionId,
    callId: context.callId,
    path: outcome.path,
    before: plan.before,
    after: plan.after,
    sha256Before: plan.sha256Before,
    sha256After: outcome.sha256,
    lines,
    compile: outcome.compile,
    undoesChangeId,
  };
  const view = toChangeView(write, context.now());
  return {
    result: { success: true, changeId: view.changeId, undoesChangeId, path: view.path },
    summary: `undone: ${summarise(view, countLines(plan.after), outcome.compile)}`,
    links: { changeId: view.changeId },
    keep: () => [keepScriptWrite(context.journal, view, write)],
    announce() {
      context.push({ name: 'change.changed', payload: { change: view } });
    },
  };
}

async function sceneBack(
  undoesChangeId: string,
  { plan }: Extract<UndoPlan, { kind: 'scene' }>,
  context: HandlerContext,
): Promise<Outcome> {
  const outcome = await changeScene(context, plan, { reason: 'Undo', undoesChangeId });
  const { changeId, path } = outcome.result;
  return { ...outcome, result: { success: true, changeId, undoesChangeId, path } };
}

async function moveBack(
  undoesChangeId: string,
  planned: Extract<UndoPlan, { kind: 'delete' | 'restore' }>,
  context: HandlerContext,
): Promise<Outcome> {
  const isDelete = planned.kind === 'delete';
  const { path } = planned.plan;
  await context.approve({
    path: null,
    view: {
      kind: 'delete',
      path,
      before: isDelete ? planned.plan.before : null,
      sizeBytes: isDelete ? planned.plan.sizeBytes : 0,
      metaKept: true,
      reason: isDelete ? 'Undo: SPARK created this file' : 'Undo: SPARK deleted this file',
      warnings: [],
    },
  });
  const outcome = isDelete
    ? await context.unity.unityDeleteAsset(planned.plan, context)
    : await context.unity.unityRestoreAsset(planned.plan, context);
  for (const { step, ms } of outcome.timing) context.addTiming(step, ms);
  const change: FileChange = {
    sessionId: context.sessionId,
    callId: context.callId,
    path,
    before: isDelete ? planned.plan.before : null,
    after: isDelete ? null : planned.plan.after,
    sha256Before: isDelete ? planned.plan.sha256Before : null,
    sha256After: isDelete ? null : planned.plan.sha256After,
    compile: outcome.compile,
    keptBy: isDelete ? outcome.writeId : null,
    undoesChangeId,
  };
  const view = toFileChangeView(change, context.now());
  return {
    result: { success: true, changeId: view.changeId, undoesChangeId, path },
    summary: `undone: ${isDelete ? 'deleted' : 'restored'} ${fileNameOf(path)}${compileWords(outcome.compile)}`,
    links: { changeId: view.changeId },
    keep: () => [keepFileChange(context.journal, view, change)],
    announce() {
      context.push({ name: 'change.changed', payload: { change: view } });
    },
  };
}
