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
interface StoredSceneEdit {
  readonly scene: string;
  readonly edit: SceneEdit;
}

/** A change that is in the scene, whoever asked for it. */
export interface SceneChange {
  readonly sessionId: string;
  readonly callId: string;
  readonly plan: ScenePlan;
  /** With what was found afterwards; its undo is made from it. */
  readonly edit: SceneEdit;
  readonly reason: string;
  readonly undoesChangeId?: string;
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
  const { sessionId, callId } = context;
  const done: SceneChange = { sessionId, callId, plan, edit: outcome.edit, ...options };
  const view = toSceneChangeView(done, context.now());
  return {
    result: {
      success: true,
      scene,
      path: outcome.edit.path,
      changeId: view.changeId,
      components: [...outcome.components],
    },
    summary: summariseScene(done),
    links: { changeId: view.changeId },
    keep: () => [keepSceneChange(context.journal, view, done)],
    announce() {
      context.push({ name: 'change.changed', payload: { change: view } });
    },
  };
}

export function toSceneChangeView(
  { sessionId, callId, plan, undoesChangeId }: SceneChange,
  createdAt: string,
): ChangeView {
  const { scene, before, after, subject } = plan;
  return {
    changeId: uuidv7(),
    sessionId,
    callId,
    path: scene,
    kind: 'scene',
    sha256Before: null,
    sha256After: null,
    ...countChangedLines(before === '' ? null : before, after),
    compileStatus: 'unknown',
    compileErrors: [],
    createdAt,
    subject,
    ...(undoesChangeId === undefined ? {} : { undoesChangeId }),
  };
}

export const summariseScene = ({ plan, undoesChangeId }: SceneChange): string =>
  `${undoesChangeId === undefined ? '' : 'undone: '}${plan.subject} · scene not saved`;

/** Keeps the change and its event; call it inside the transaction that ends the call. */
export function keepSceneChange(
  journal: JournalTables,
  view: ChangeView,
  { plan: { scene, before, after, subject }, edit, reason }: SceneChange,
): SparkEvent {
  const stored: StoredSceneEdit = { scene, edit };
  journal.changes.insert(view, { before, after }, { sceneEdit: stored });
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
