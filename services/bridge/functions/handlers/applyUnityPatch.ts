import { applyUnityPatchArgs, applyUnityPatchResult } from '../../../../shared/contracts/index.ts';
import { sha256Of } from '../../journal/index.ts';
import type { FunctionDefinition } from '../types.ts';
import { writeScript } from './write.ts';

export const applyUnityPatch: FunctionDefinition<typeof applyUnityPatchArgs, typeof applyUnityPatchResult> = {
  name: 'applyUnityPatch',
  description:
    'Changes parts of an existing C# script: each edit replaces text that occurs exactly once in the file. Read the file first when you do not know its text. The developer sees a diff and approves it. Returns sha256 and the compile errors; `caused` tells those of this change from those that were there before.',
  args: applyUnityPatchArgs,
  result: applyUnityPatchResult,
  effect: 'write',
  policy: 'ask',
  timeLimitMs: 300_000,
  async handler(args, context) {
    const plan = () => context.unity.planPatch({ path: args.path, edits: args.edits }, context);
    return await writeScript({
      context,
      kind: 'patched',
      reason: args.reason ?? `${args.edits.length} edit(s) to ${args.path}`,
      ...(args.reason === undefined ? {} : { prompt: args.reason }),
      plan,
      // Planned again for the file's sha as it is now; what is written is what the developer made of it.
      replan: async (edited) => ({ ...(await plan()), after: edited, sha256After: sha256Of(edited) }),
      write: (approved) => context.unity.unityApplyPatch(approved, context),
      toResult: (result, approved) => ({ ...result, editsApplied: approved.editsApplied }),
    });
  },
};
