import { readUnityConsoleArgs, readUnityConsoleResult } from '../../../../shared/contracts/index.ts';
import type { FunctionDefinition } from '../types.ts';

const maxMessageCharacters = 2_000;

export const readUnityConsole: FunctionDefinition<typeof readUnityConsoleArgs, typeof readUnityConsoleResult> = {
  name: 'readUnityConsole',
  description: "Reads the newest messages of Unity's console: errors and warnings, or logs as well.",
  args: readUnityConsoleArgs,
  result: readUnityConsoleResult,
  effect: 'read',
  policy: 'automatic',
  timeLimitMs: 30_000,
  async handler(args, context) {
    const all = await context.unity.readConsole(args, context);
    const messages = all
      .slice(0, args.count)
      .map((line) => ({ ...line, message: line.message.slice(0, maxMessageCharacters) }));
    const errors = messages.filter((line) => line.severity === 'error').length;
    return {
      result: { messages },
      summary: `console · ${messages.length} ${messages.length === 1 ? 'message' : 'messages'}, ${errors} ${errors === 1 ? 'error' : 'errors'}`,
    };
  },
};
