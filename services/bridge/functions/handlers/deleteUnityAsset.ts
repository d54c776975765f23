import { deleteUnityAssetArgs, deleteUnityAssetResult } from '../../../../shared/contracts/index.ts';
import { compileWords, keepFileChange, toFileChangeView, type FileChange } from '../fileChange.ts';
import type { FunctionDefinition } from '../types.ts';

export const deleteUnityAsset: FunctionDefinition<typeof deleteUnityAssetArgs, typeof deleteUnityAssetResult> = {
  name: 'deleteUnityAsset',
  description:
    'Deletes one asset (not a folder) with its .meta. Always asks the developer; SPARK keeps the file first, so it can be undone. Returns what still refers to nothing now only as compile errors: look for uses before you delete.',
  args: deleteUnityAssetArgs,
  result: deleteUnityAssetResult,
  effect: 'write',
  policy: 'ask',
  timeLimitMs: 300_000,
  async handler(args, context) {
    const plan = await context.unity.planDelete({ path: args.path }, context);
    // No path for the policy: no rule about a folder ever makes a deletion automatic.
    await context.approve({
      path: null,
      view: {
        kind: 'delete',
        path: plan.path,
        before: plan.before,
        sizeBytes: plan.sizeBytes,
        metaKept: plan.metaKept,
        reason: args.reason ?? '',
        warnings: [...plan.warnings],
      },
    });
    const outcome = await context.unity.unityDeleteAsset(plan, context);
    for (const { step, ms } of outcome.timing) context.addTiming(step, ms);
    const change: FileChange = {
      sessionId: context.sessionId,
      callId: context.callId,
      path: plan.path,
      before: plan.before,
      after: null,
      sha256Before: plan.sha256Before,
      sha256After: null,
      compile: outcome.compile,
      keptBy: outcome.writeId,
      reason: args.reason,
    };
    const view = toFileChangeView(change, context.now());
    return {
      result: {
        success: true,
        path: plan.path,
        changeId: view.changeId,
        ...(outcome.compile === null ? {} : { compile: outcome.compile }),
      },
      summary: `deleted ${plan.path}${compileWords(outcome.compile)}`,
      links: { changeId: view.changeId },
      keep: () => [keepFileChange(context.journal, view, change)],
      announce() {
        context.push({ name: 'change.changed', payload: { change: view } });
      },
    };
  },
};
