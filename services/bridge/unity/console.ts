import type { CompileMessage } from '../../../shared/contracts/functions.ts';
import type { UnityCalls } from './calls.ts';
import { consoleData, type ConsoleEntry } from './replies.ts';
import type { ConsoleMessage } from './types.ts';

/** The editor's console, read as JSON: the default format carries neither file nor line. */
export interface UnityConsole {
  /** At most `count` messages, in the console's order. */
  readonly read: (
    options: { readonly types: readonly string[]; readonly count: number },
    signal: AbortSignal,
  ) => Promise<ConsoleMessage[]>;
  /** What the C# compiler complains about now. */
  readonly compileErrors: (signal: AbortSignal) => Promise<CompileMessage[]>;
}

/** Enough for any script that is worth showing; a broken assembly repeats itself after that. */
const compileErrorCount = 200;

export function makeUnityConsole(deps: { readonly calls: Pick<UnityCalls, 'read'> }): UnityConsole {
  const entries = async (types: readonly string[], count: number, signal: AbortSignal): Promise<ConsoleEntry[]> =>
    await deps.calls.read(
      'read_console',
      { action: 'get', types: [...types], count, format: 'json', include_stacktrace: false },
      consoleData,
      signal,
    );
  return {
    read: async ({ types, count }, signal) => (await entries(types, count, signal)).map(toConsoleMessage),
    async compileErrors(signal) {
      const found = (await entries(['error'], compileErrorCount, signal)).map(parseCompilerLine);
      return found.filter((message) => message?.severity === 'error') as CompileMessage[];
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
