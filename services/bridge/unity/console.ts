import type { CompileMessage } from '../../../shared/contracts/functions.ts';
import type { UnityCalls } from './calls.ts';
import { consoleData, type ConsoleEntry, type ConsolePage } from './replies.ts';
import type { ConsoleMessage } from './types.ts';

/**
 * The editor's console, read as JSON: the default format carries neither file nor line. Unity lists the oldest message
 * first and cuts at the end, so what is new in a long console is reached by its pages only.
 */
export interface UnityConsole {
  /** The newest `count` messages, in the console's order; `containing` leaves out those without these words. */
  readonly read: (
    options: { readonly types: readonly string[]; readonly count: number; readonly containing?: string | undefined },
    signal: AbortSignal,
  ) => Promise<ConsoleMessage[]>;
  /** What the C# compiler complains about now. */
  readonly compileErrors: (signal: AbortSignal) => Promise<CompileMessage[]>;
}

/** Unity's largest page; more compile errors than that repeat each other. */
const pageSize = 500;
/** Beyond every console: a page there is empty, and only then `total` counts all messages. */
const farCursor = 1_000_000_000;
/** The console may be cleared between two looks. */
const maxLooks = 3;

export function makeUnityConsole(deps: { readonly calls: Pick<UnityCalls, 'read'> }): UnityConsole {
  async function newest(
    { types, count, containing }: Parameters<UnityConsole['read']>[0],
    signal: AbortSignal,
  ): Promise<ConsoleEntry[]> {
    const page = async (cursor: number, size: number): Promise<ConsolePage> =>
      await deps.calls.read(
        'read_console',
        {
          action: 'get',
          types: [...types],
          format: 'json',
          include_stacktrace: false,
          page_size: size,
          cursor,
          ...(containing === undefined ? {} : { filter_text: containing }),
        },
        consoleData,
        signal,
      );
    let found = await page(0, pageSize);
    for (let look = 1; found.hasMore && look <= maxLooks; look += 1) {
      const { total } = await page(farCursor, 1);
      if (total === null) break;
      // From a little before, to the end: messages may come in meanwhile.
      const last = await page(Math.max(0, total - count), pageSize);
      if (last.items.length > 0 || look === maxLooks) found = { ...last, hasMore: false };
    }
    return found.items.slice(-count);
  }

  return {
    read: async (options, signal) => (await newest(options, signal)).map(toConsoleMessage),
    async compileErrors(signal) {
      const found = await newest({ types: ['error'], count: pageSize, containing: ': error ' }, signal);
      return found.map(parseCompilerLine).filter((message) => message?.severity === 'error') as CompileMessage[];
    },
  };
}

/**
 * `Assets/A.cs(9,35): error CS0103: The name …`; undefined when the message is not a compiler's. The text is read
 * rather than the entry's own fields, because only the text has the column and the code.
 */
export function parseCompilerLine(entry: Pick<ConsoleEntry, 'message'>): CompileMessage | undefined {
  const match = /^(.+?)\((\d+),(\d+)\): (error|warning) ([A-Z]+\d+): (.*)/s.exec(entry.message);
  if (match === null) return undefined;
  const [, file = '', line, column, severity, code = '', message = ''] = match;
  return {
    severity: severity === 'error' ? 'error' : 'warning',
    code,
    message: message.trim(),
    file: file.replaceAll('\\', '/'),
    line: Number(line),
    column: Number(column),
  };
}

export function toConsoleMessage(entry: ConsoleEntry): ConsoleMessage {
  const compiler = parseCompilerLine(entry);
  if (compiler !== undefined) return compiler;
  const file = entry.file == null || entry.file === '' ? {} : { file: entry.file };
  const line = entry.line == null || entry.line <= 0 ? {} : { line: Math.trunc(entry.line) };
  return { severity: entry.type.toLowerCase(), message: entry.message, ...file, ...line };
}

/**
 * Marks what was not there before (that is what this change caused) and puts it first. Counted: a second error of the
 * same text in the same file is new, too.
 */
export function markCaused(before: readonly CompileMessage[], after: readonly CompileMessage[]): CompileMessage[] {
  const known = new Map<string, number>();
  for (const error of before) known.set(keyOf(error), (known.get(keyOf(error)) ?? 0) + 1);
  const marked = after.map((error) => {
    const left = known.get(keyOf(error)) ?? 0;
    if (left > 0) known.set(keyOf(error), left - 1);
    return { ...error, caused: left === 0 };
  });
  return marked.toSorted((a, b) => Number(b.caused) - Number(a.caused));
}

/** Without the line: an edit above an old error moves it. */
const keyOf = ({ file, code, message }: CompileMessage): string => JSON.stringify([file, code, message]);
