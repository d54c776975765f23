import { generateUnityScriptArgs, generateUnityScriptResult } from '../../../../shared/contracts/index.ts';
import { authorshipOf, type Authorship } from '../authorship.ts';
import { makeCodeWriting } from '../codeWriting.ts';
import type { FunctionDefinition, FunctionSettings } from '../types.ts';
import { writeScript } from './write.ts';

type Definition = FunctionDefinition<typeof generateUnityScriptArgs, typeof generateUnityScriptResult>;

/** Its description follows who writes C#: the model is told what to send. */
export function makeGenerateUnityScript(settings: FunctionSettings): Definition {
  const writing = makeCodeWriting();
  return {
    name: 'generateUnityScript',
    get description() {
      return `Creates a C# script in the Unity project, or replaces one, and compiles it. ${whatToSend[authorshipOf(settings)]} The developer sees a diff and approves it first. Returns path, sha256 and the compile errors with file and line; \`caused\` tells those of this change from those that were there before.`;
    },
    args: generateUnityScriptArgs,
    result: generateUnityScriptResult,
    effect: 'write',
    policy: 'ask',
    // A large project compiles for minutes, and so long may a code model write; each stops by itself before this.
    timeLimitMs: 600_000,
    async handler(args, context) {
      const { contents, author, credit } = await writing.contentsOf(args, context);
      const outcome = await writeScript({
        context,
        kind: 'generated',
        reason: args.prompt,
        prompt: args.prompt,
        author,
        plan: () => context.unity.planScript({ name: args.name, path: args.path, contents }, context),
        write: (plan) => context.unity.unityGenerateScript(plan, context),
        toResult: (result, _plan, { created }) => ({ ...result, created }),
      });
      return { ...outcome, summary: `${outcome.summary}${credit}` };
    },
  };
}

const whatToSend: Readonly<Record<Authorship, string>> = {
  given: 'Give the complete file in `contents`.',
  either:
    'Give the complete file in `contents`, or leave `contents` out: a code model then writes it from `prompt`, the file as it is, its compile errors and the scripts beside it.',
  code_model:
    'A code model writes the file from `prompt`, the file as it is, its compile errors and the scripts beside it: say all that matters in `prompt`. `contents` is optional and no more than a draft for it.',
};
