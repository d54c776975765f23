import { getUnityEditorStateArgs, getUnityEditorStateResult } from '../../../../shared/contracts/index.ts';
import type { FunctionDefinition } from '../types.ts';

export const getUnityEditorState: FunctionDefinition<typeof getUnityEditorStateArgs, typeof getUnityEditorStateResult> =
  {
    name: 'getUnityEditorState',
    description: 'Says what the Unity Editor is doing now, which project and which scene are open.',
    args: getUnityEditorStateArgs,
    result: getUnityEditorStateResult,
    effect: 'read',
    policy: 'automatic',
    timeLimitMs: 30_000,
    async handler(_args, context) {
      const status = await context.unity.editor.refresh();
      return {
        result: {
          state: status.kind,
          ...(status.projectName === null ? {} : { projectName: status.projectName }),
          ...(status.unityVersion === null ? {} : { unityVersion: status.unityVersion }),
          ...(status.activeScene === null ? {} : { activeScene: status.activeScene }),
        },
        summary: `editor · ${status.kind.replaceAll('_', ' ')}`,
      };
    },
  };
