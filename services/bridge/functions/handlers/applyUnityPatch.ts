import type { z } from 'zod';
import { applyUnityPatchArgs, applyUnityPatchResult } from '../../../../shared/contracts/index.ts';
import { InvariantError } from '../../../../shared/errors/index.ts';
import type { FilePatch, WritePlan } from '../../unity/types.ts';
import type { FunctionDefinition } from '../types.ts';
import { writeScript } from './write.ts';
import { writeMany } from './writeMany.ts';

export const applyUnityPatch: FunctionDefinition<typeof applyUnityPatchArgs, typeof applyUnityPatchResult> = {
  name: 'applyUnityPatch',
  description:
    'Changes parts of existing C# scripts: each edit replaces text that occurs exactly once in the file; or give a unified diff, whose hunks are found by their context. Several files are one change, all or none, and a diff from /dev/null creates a file. Read a file first when you do not know its text. The developer sees a diff and approves it. Returns sha256 and the compile errors; `caused` tells those of this change from those that were there before.',
  args: applyUnityPatchArgs,
  result: applyUnityPatchResult,
  effect: 'write',
  policy: 'ask',
  timeLimitMs: 300_000,
  async handler(args, context) {
    const plans = await context.unity.planPatches(patchesOf(args), context);
    const [first] = plans;
    if (first === undefined) throw new InvariantError('A patch without a file was let in.');
    const { reason: prompt } = args;
    const editsApplied = plans.reduce((sum, plan) => sum + plan.editsApplied, 0);
    const isChange = ({ sha256Before, sha256After }: WritePlan): boolean => sha256Before !== sha256After;
    if (plans.filter(isChange).length > 1) {
      const reason = prompt ?? `${editsApplied} edits to ${plans.length} files`;
      return await writeMany({ context, plans: plans.filter(isChange), reason, prompt });
    }
    const plan = plans.find(isChange) ?? first;
    return await writeScript({
      context,
      kind: 'patched',
      reason: prompt ?? `${editsApplied} edit(s) to ${plan.path}`,
      ...(prompt === undefined ? {} : { prompt }),
      plan: () => Promise.resolve(plan),
      write: (approved) => context.unity.unityApplyPatch(approved, context),
      toResult: (result, approved) => ({ ...result, editsApplied: approved.editsApplied }),
    });
  },
};

const patchesOf = ({ files, path, edits, diff }: z.output<typeof applyUnityPatchArgs>): readonly FilePatch[] =>
  files ?? [{ path, edits, diff }];
