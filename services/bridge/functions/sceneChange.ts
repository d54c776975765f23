import { v7 as uuidv7 } from 'uuid';
import type { ChangeView, SparkEvent } from '../../../shared/contracts/index.ts';
import type { JournalTables } from '../journal/index.ts';
import type { SceneEdit, ScenePlan } from '../unity/index.ts';
import { countChangedLines } from './lineDiff.ts';
import type { HandlerContext, HandlerOutcome } from './types.ts';

export interface SceneResult {
  readonly success: true;
  readonly scene: string;
  readonly path: string;
  readonly changeId: string;
  readonly components: string[];
}

/** What a scene change is kept with, so that it can be taken back at any age. */
export interface StoredSceneEdit {
  readonly scene: string;
  readonly edit: SceneEdit;
}

/** The way of every scene change: the developer sees what will be there and what was; then it is made and kept. */
export async function changeScene(
  context: HandlerContext,
  plan: ScenePlan,
  options: { readonly reason: string; readonly undoesChangeId?: string },
): Promise<HandlerOutcome<SceneResult>> {
  const { scene, before, after } = plan;
  await context.approve({
    // No path for the policy: a scene change always asks.
    path: null,
    view: {
      kind: 'scene',
      path: scene,
      steps: [...plan.steps],
      before,
      after,
      reason: options.reason,
      warnings: [...plan.warnings],
    },
  });
  const outcome = await context.unity.unityEditScene(plan, context);
  for (const { step, ms } of outcome.timing) context.addTiming(step, ms);
  const { undoesChangeId } = options;
  const view: ChangeView = {
    changeId: uuidv7(),
    sessionId: context.sessionId,
    callId: context.callId,
    path: scene,
    kind: 'scene',
    sha256Before: null,
    sha256After: null,
    ...countChangedLines(before === '' ? null : before, after),
    compileStatus: 'unknown',
    compileErrors: [],
    createdAt: context.now(),
    subject: plan.subject,
    ...(undoesChangeId === undefined ? {} : { undoesChangeId }),
  };
  const stored: StoredSceneEdit = { scene, edit: outcome.edit };
  return {
    result: {
      success: true,
      scene,
      path: outcome.edit.path,
      changeId: view.changeId,
      components: [...outcome.components],
    },
    summary: `${undoesChangeId === undefined ? '' : 'undone: '}${plan.subject} · scene not saved`,
    links: { changeId: view.changeId },
    keep: () => [keepSceneChange(context.journal, view, plan, stored, options.reason)],
    announce() {
      context.push({ name: 'change.changed', payload: { change: view } });
    },
  };
}

function keepSceneChange(
  journal: JournalTables,
  view: ChangeView,
  { before, after, subject }: ScenePlan,
  sceneEdit: StoredSceneEdit,
  reason: string,
): SparkEvent {
  journal.changes.insert(view, { before, after }, { sceneEdit });
  return journal.outbox.append(view.sessionId, {
    type: 'runtime.unity.patch_applied',
    ...(view.callId === null ? {} : { callId: view.callId }),
    changeId: view.changeId,
    scriptName: subject.slice(0, 256),
    path: view.path,
    ...(reason === '' ? {} : { prompt: reason.slice(0, 8_192) }),
    ...(view.undoesChangeId === undefined ? {} : { undoesChangeId: view.undoesChangeId }),
  });
}
