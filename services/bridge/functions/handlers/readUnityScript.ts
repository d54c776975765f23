import { readUnityScriptArgs, readUnityScriptResult } from '../../../../shared/contracts/index.ts';
import { countLines } from '../lineDiff.ts';
import type { FunctionDefinition } from '../types.ts';

/** About 12,000 tokens; a longer file is read in ranges. */
const maxCharacters = 48_000;

export const readUnityScript: FunctionDefinition<typeof readUnityScriptArgs, typeof readUnityScriptResult> = {
  name: 'readUnityScript',
  description:
    'Reads a C# script of the project as it is now, or lines `startLine` to `endLine` of it. When `truncated` is true, ask for the rest by range.',
  args: readUnityScriptArgs,
  result: readUnityScriptResult,
  effect: 'read',
  policy: 'automatic',
  timeLimitMs: 30_000,
  async handler(args, context) {
    const { contents, sha256 } = await context.unity.readScript({ path: args.path }, context);
    const totalLines = countLines(contents);
    const isRange = args.startLine !== undefined || args.endLine !== undefined;
    const chosen = isRange
      ? contents
          .split('\n')
          .slice((args.startLine ?? 1) - 1, args.endLine)
          .join('\n')
      : contents;
    const shown = chosen.slice(0, maxCharacters);
    return {
      result: { path: args.path, sha256, contents: shown, totalLines, truncated: shown.length < chosen.length },
      summary: `read ${args.path} · ${totalLines} lines`,
    };
  },
};
