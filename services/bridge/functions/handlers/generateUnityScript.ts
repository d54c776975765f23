import { generateUnityScriptArgs, generateUnityScriptResult } from '../../../../shared/contracts/index.ts';
import { AppError } from '../../../../shared/errors/index.ts';
import type { FunctionDefinition } from '../types.ts';
import { writeScript } from './write.ts';

export const generateUnityScript: FunctionDefinition<typeof generateUnityScriptArgs, typeof generateUnityScriptResult> =
  {
    name: 'generateUnityScript',
    description:
      'Creates a C# script in the Unity project, or replaces one, and compiles it. Give the complete file in `contents`. The developer sees a diff and approves it first. Returns path, sha256 and the compile errors with file and line; `caused` tells those of this change from those that were there before.',
    args: generateUnityScriptArgs,
    result: generateUnityScriptResult,
    effect: 'write',
    policy: 'ask',
    // A large project compiles for minutes; the adapter itself stops waiting for the compile before this.
    timeLimitMs: 300_000,
    async handler(args, context) {
      const { contents } = args;
      if (contents === undefined || contents.trim() === '') {
        throw new AppError(
          'invalid_input',
          'Call generateUnityScript again with the complete C# file in `contents`. Nothing was written.',
          { data: { missing: 'contents', sonnetMode: context.settings.sonnetMode } },
        );
      }
      const planWith = (text: string, path: string | undefined) =>
        context.unity.planScript({ name: args.name, path, contents: text }, context);
      return await writeScript({
        context,
        kind: 'generated',
        reason: args.prompt,
        prompt: args.prompt,
        plan: () => planWith(contents, args.path),
        replan: (edited, first) => planWith(edited, first.path),
        write: (plan) => context.unity.unityGenerateScript(plan, context),
        toResult: (result, _plan, outcome) => ({ ...result, created: outcome.created }),
      });
    },
  };
