import { z } from 'zod';
import { undoUnityChangeArgs } from '../../../shared/contracts/index.ts';
import type { CallRecord, JournalTables, SceneWriteRecord } from '../journal/index.ts';
import type { SettledEnd } from './callRun.ts';
import { keepSceneChange, summariseScene, toSceneChangeView, type SceneChange } from './sceneChange.ts';
import type { Push } from './types.ts';

const reasonSchema = z.object({ reason: z.string().optional() });

/**
 * The end of a call that changed the scene, by what the scene was found to be. Null while that is not known. What is there
 * after all is a change like any other, with its undo; what cannot be told is said, and nothing is offered to be undone.
 */
export function endOfSceneWrite(
  call: CallRecord,
  { plan, verdict }: SceneWriteRecord,
  doors: { readonly journal: JournalTables; readonly push: Push; readonly now: () => string },
): SettledEnd | null {
  if (verdict === null) return null;
  const { path } = plan.edit;
  const nothing = { announce: () => undefined };
  if (verdict.outcome === 'not_applied') {
    const text = `The change of ${path} (${plan.subject}) was not made: ${verdict.why} Ask again if it is still wanted.`;
    return {
      state: 'failed',
      patch: { summary: 'not changed', error: { code: 'unity_failed', message: text } },
      text,
      ...nothing,
    };
  }
  if (verdict.outcome === 'unknown') {
    const text = `Whether the change of ${path} (${plan.subject}) was made cannot be told: ${verdict.why} Nothing was sent again. Look at the scene before you ask for it again.`;
    return {
      state: 'failed',
      patch: { summary: 'not known whether it was changed', error: { code: 'unity_failed', message: text } },
      text,
      ...nothing,
    };
  }
  const { sessionId, callId } = call.view;
  const undo = undoUnityChangeArgs.safeParse(call.view.arguments);
  const undoes = call.view.name === 'undoUnityChange' && undo.success ? { undoesChangeId: undo.data.changeId } : {};
  const reason = reasonSchema.safeParse(call.view.arguments).data?.reason ?? '';
  const done: SceneChange = { sessionId, callId, plan, edit: verdict.edit, reason, ...undoes };
  const view = toSceneChangeView(done, doors.now());
  const { changeId } = view;
  return {
    state: 'succeeded',
    patch: {
      summary: summariseScene(done),
      error: null,
      changeId,
      result: { success: true, scene: plan.scene, path, changeId, components: verdict.components, ...undoes },
    },
    keep: () => [keepSceneChange(doors.journal, view, done)],
    text: `${plan.subject} after all, in ${plan.scene}. The scene is not saved.`,
    announce() {
      doors.push({ name: 'change.changed', payload: { change: view } });
    },
  };
}
