import { readUnityConsoleArgs, readUnityConsoleResult } from '../../../../shared/contracts/index.ts';
import { AppError } from '../../../../shared/errors/index.ts';
import type { ConsoleMessage } from '../../unity/types.ts';
import type { FunctionDefinition, HandlerContext } from '../types.ts';

const maxMessageCharacters = 2_000;

export const readUnityConsole: FunctionDefinition<typeof readUnityConsoleArgs, typeof readUnityConsoleResult> = {
  name: 'readUnityConsole',
  description:
    "Reads the newest messages of Unity's console: errors and warnings, or logs as well; with sinceCallId only those that came since that call began.",
  args: readUnityConsoleArgs,
  result: readUnityConsoleResult,
  effect: 'read',
  policy: 'automatic',
  timeLimitMs: 30_000,
  async handler({ sinceCallId, ...args }, context) {
    const since = sinceCallId === undefined ? null : await readSince(sinceCallId, args, context);
    const all = since?.messages ?? (await context.unity.readConsole(args, context));
    const messages = all
      .slice(-args.count)
      .map((line) => ({ ...line, message: line.message.slice(0, maxMessageCharacters) }));
    const errors = messages.filter((line) => line.severity === 'error').length;
    return {
      result: { messages, ...since?.told },
      summary: `console · ${messages.length} ${messages.length === 1 ? 'message' : 'messages'}, ${errors} ${errors === 1 ? 'error' : 'errors'}`,
    };
  },
};

interface Since {
  /** Null: all that the console holds must do. */
  readonly messages: readonly ConsoleMessage[] | null;
  readonly told: { readonly sinceCallId: string } | { readonly note: string };
}

async function readSince(
  wanted: string,
  args: { readonly types: readonly ('error' | 'warning' | 'log')[]; readonly count: number },
  context: HandlerContext,
): Promise<Since> {
  const { journal, sessionId } = context;
  const calls = journal.calls.list(sessionId).filter(({ view }) => view.effect !== 'read' || view.callId === wanted);
  const call = wanted === 'last' ? calls.at(-1) : calls.find(({ view }) => view.callId === wanted);
  if (call === undefined) {
    throw new AppError(
      'not_found',
      wanted === 'last'
        ? 'Nothing was written, built or tested in this session yet. Leave sinceCallId out.'
        : `There is no call ${wanted} in this session. Give the id of one, "last", or leave sinceCallId out.`,
      { data: { sinceCallId: wanted } },
    );
  }
  const { callId } = call.view;
  const mark = context.consoleMarkOf(callId);
  if (mark === null) return { messages: null, told: { note: `${unknownPlace} ${instead}` } };
  const messages = await context.unity.readConsoleSince({ ...args, mark }, context);
  return messages === null
    ? { messages: null, told: { note: `${lostPlace} ${instead}` } }
    : { messages, told: { sinceCallId: callId } };
}

const instead = 'These are the newest messages of the whole console, older ones among them.';
const unknownPlace =
  'Where the console stood when that call began is not known: it was a read, Unity did not answer then, or it is long ago.';
const lostPlace =
  'The console was cleared since that call began, or a compile replaced its messages, or it holds too many since.';
