import { fail, integerOf, succeed, textOf, type Body } from './reply.ts';

/** Unity's console window, oldest first. Compiler messages are replaced at each compile; everything else stays until it is cleared. */
export type ConsoleType = 'Error' | 'Warning' | 'Log' | 'Exception' | 'Assert';

export interface ConsoleEntry {
  readonly type: ConsoleType;
  readonly message: string;
  readonly file: string | null;
  readonly line: number;
  readonly stackTrace: string | null;
  readonly fromCompiler?: boolean;
}

export interface EditorConsole {
  readonly add: (entry: ConsoleEntry) => void;
  readonly log: (message: string) => void;
  readonly entries: () => readonly ConsoleEntry[];
  readonly replaceCompilerMessages: (entries: readonly ConsoleEntry[]) => void;
  /** The plugin command `read_console`. */
  readonly execute: (params: Body) => Body;
}

const kinds: Readonly<Record<string, readonly ConsoleType[]>> = {
  error: ['Error', 'Exception', 'Assert'],
  warning: ['Warning'],
  log: ['Log'],
  all: ['Error', 'Exception', 'Assert', 'Warning', 'Log'],
};

export function makeConsole(): EditorConsole {
  let entries: ConsoleEntry[] = [];

  function get(params: Body): Body {
    const types = Array.isArray(params['types']) ? params['types'].map(String) : ['error', 'warning', 'log'];
    const allowed = new Set(types.flatMap((type) => kinds[type.toLowerCase()] ?? []));
    const filter = textOf(params, 'filterText').toLowerCase();
    const matching = entries.filter((entry) => allowed.has(entry.type) && entry.message.toLowerCase().includes(filter));
    const withStack = params['includeStacktrace'] === true;
    const format = (entry: ConsoleEntry): unknown => toItem(entry, textOf(params, 'format', 'plain'), withStack);
    const pageSize = integerOf(params, 'pageSize');
    const cursor = integerOf(params, 'cursor');
    if (pageSize !== undefined || cursor !== undefined) {
      return page(matching, cursor ?? 0, pageSize ?? 50, format);
    }
    const items = matching.slice(0, integerOf(params, 'count') ?? matching.length).map(format);
    return succeed(`Retrieved ${items.length} log entries.`, items);
  }

  return {
    add: (entry) => void entries.push(entry),
    log: (message) => void entries.push({ type: 'Log', message, file: null, line: 0, stackTrace: null }),
    entries: () => entries,
    replaceCompilerMessages(messages) {
      entries = [...entries.filter((entry) => entry.fromCompiler !== true), ...messages];
    },
    execute(params) {
      const action = textOf(params, 'action', 'get');
      if (action === 'clear') {
        // Compiler errors survive a clear in Unity until the script compiles.
        entries = entries.filter((entry) => entry.fromCompiler === true && entry.type === 'Error');
        return succeed('Console cleared successfully.');
      }
      return action === 'get' ? get(params) : fail(`Unknown action: '${action}'. Valid actions are 'get' or 'clear'.`);
    },
  };
}

function page(
  matching: readonly ConsoleEntry[],
  cursor: number,
  pageSize: number,
  format: (entry: ConsoleEntry) => unknown,
): Body {
  const size = Math.min(Math.max(pageSize, 1), 500);
  const end = cursor + size;
  const items = matching.slice(cursor, end).map(format);
  // Unity stops counting at the first message after the page.
  const total = Math.min(matching.length, end + 1);
  const truncated = total > end;
  return succeed(`Retrieved ${items.length} log entries.`, {
    cursor,
    pageSize: size,
    nextCursor: truncated ? String(end) : null,
    truncated,
    total,
    items,
  });
}

function toItem(entry: ConsoleEntry, format: string, withStack: boolean): unknown {
  if (format === 'plain') return entry.message;
  const { type, message, file, line } = entry;
  return { type, message, file, line, stackTrace: withStack ? entry.stackTrace : null };
}
