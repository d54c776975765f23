import type { UnityCalls } from './calls.ts';
import { toConsoleMessage } from './console.ts';
import { logsOf, placeMarks, printed, printOf } from './consolePlaces.ts';
import { consoleData, type ConsoleEntry, type ConsolePage } from './replies.ts';
import type { ConsoleMark, ConsoleTail } from './types.ts';

/** The end of Unity's console for a person who looks at it: one small read tells that nothing is new. */
export interface ConsoleTailReader {
  readonly read: (
    args: { readonly count: number; readonly known: ConsoleMark | null },
    signal: AbortSignal,
  ) => Promise<ConsoleTail | null>;
}

/** Unity's largest page. */
const pageSize = 500;

export function makeConsoleTail(deps: {
  readonly calls: Pick<UnityCalls, 'read'>;
  readonly mark: (signal: AbortSignal) => Promise<ConsoleMark | null>;
}): ConsoleTailReader {
  const page = async (cursor: number, signal: AbortSignal): Promise<ConsolePage> => {
    const args = { action: 'get', types: ['error', 'warning', 'log'], format: 'json', include_stacktrace: false };
    return await deps.calls.read('read_console', { ...args, page_size: pageSize, cursor }, consoleData, signal);
  };

  return {
    async read({ count, known }, signal) {
      const end = await deps.mark(signal);
      if (end !== null && known !== null && isSamePlace(end, known)) return null;
      const from = Math.max(0, (end?.total ?? 0) - count);
      const entries: ConsoleEntry[] = [];
      // One page more than asked for: messages may come in meanwhile.
      for (let nth = 0; nth <= Math.ceil(count / pageSize); nth += 1) {
        const { items, hasMore } = await page(from + entries.length, signal);
        entries.push(...items);
        if (!hasMore) break;
      }
      const total = from + entries.length;
      const tail = entries.slice(-printed);
      const logs = logsOf(tail, total);
      return {
        end: {
          instanceId: end?.instanceId ?? null,
          total,
          print: printOf(tail),
          ...(logs === null ? {} : { logs }),
        },
        from,
        messages: entries.map(toConsoleMessage),
        placesOf: (marks) => placeMarks(entries, from, marks),
      };
    },
  };
}

const isSamePlace = (a: ConsoleMark, b: ConsoleMark): boolean =>
  a.instanceId === b.instanceId && a.total === b.total && a.print === b.print;
