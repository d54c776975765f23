import { createUnityObjectArgs, createUnityObjectResult } from '../../../../shared/contracts/index.ts';
import { changeScene } from '../sceneChange.ts';
import type { FunctionDefinition } from '../types.ts';

export const createUnityObject: FunctionDefinition<typeof createUnityObjectArgs, typeof createUnityObjectResult> = {
  name: 'createUnityObject',
  description:
    'Creates one GameObject in the open scene, with components and their values. Scripts must compile before they can be put on an object. The developer approves it; the scene is not saved.',
  args: createUnityObjectArgs,
  result: createUnityObjectResult,
  effect: 'write',
  policy: 'ask',
  timeLimitMs: 300_000,
  async handler({ reason = '', ...request }, context) {
    return await changeScene(context, await context.unity.planCreateObject(request, context), { reason });
  },
};
