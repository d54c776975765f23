import { setUnityComponentArgs, setUnityComponentResult } from '../../../../shared/contracts/index.ts';
import { changeScene } from '../sceneChange.ts';
import type { FunctionDefinition } from '../types.ts';

export const setUnityComponent: FunctionDefinition<typeof setUnityComponentArgs, typeof setUnityComponentResult> = {
  name: 'setUnityComponent',
  description:
    'Adds a component to an object of the open scene when it has none of that type, else sets its properties. Attaches a script to an object. The developer approves it with the values before; the scene is not saved.',
  args: setUnityComponentArgs,
  result: setUnityComponentResult,
  effect: 'write',
  policy: 'ask',
  timeLimitMs: 300_000,
  async handler({ reason = '', ...request }, context) {
    return await changeScene(context, await context.unity.planSetComponent(request, context), { reason });
  },
};
