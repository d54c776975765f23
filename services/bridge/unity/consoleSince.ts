import type { UnityCalls } from './calls.ts';
import { toConsoleMessage } from './console.ts';
import { logsOf, printed, printOf } from './consolePlaces.ts';
import { consoleData, type ConsoleEntry, type ConsolePage } from './replies.ts';
import type { ConsoleMark, ConsoleMessage } from './types.ts';

/**
 * Places in Unity's console, which has no times: how many messages it held, and a fingerprint of its last ones. It tells
 * later whether those are still where they were; a cleared console, a new editor, or a compile that took its old messages
 * away moves everything.
 */
export interface ConsoleSince {
  /** Null when the server does not count. */
  readonly mark: (signal: AbortSignal) => Promise<ConsoleMark | null>;
  /** The newest after the mark, oldest first; null when the console does not hold the marked messages any more. */
  readonly since: (
    args: { readonly types: readonly string[]; readonly count: number; readonly mark: ConsoleMark },
    signal: AbortSignal,
  ) => Promise<ConsoleMessage[] | null>;
}

/** Unity's largest page. */
const pageSize = 500;
/** Beyond every console: a page there is empty, and only then `total` counts all messages. */
const farCursor = 1_000_000_000;
/** A mark looks this far before the last known end, in one read: what came since, and what a compile took away, fits. */
const slack = 40;
const lookSize = 100;
/** More than this since one call is read as the newest messages are. */
const maxPages = 20;

export function makeConsoleSince(deps: {
  readonly calls: Pick<UnityCalls, 'read'>;
  readonly instanceId: () => string | null;
}): ConsoleSince {
  const page = async (cursor: number, size: number, signal: AbortSignal): Promise<ConsolePage> => {
    const args = { action: 'get', types: ['error', 'warning', 'log'], format: 'json', include_stacktrace: false };
    return await deps.calls.read('read_console', { ...args, page_size: size, cursor }, consoleData, signal);
  };

  /** Where the console of an editor ended at the last mark: the next mark mostly finds its end with one read. */
  let last: { readonly instanceId: string | null; readonly total: number } | null = null;

  /** After a read: before the first one no editor is known. */
  function remember(total: number, tail: readonly ConsoleEntry[]): ConsoleMark {
    const instanceId = deps.instanceId();
    last = { instanceId, total };
    const logs = logsOf(tail, total);
    return { instanceId, total, print: printOf(tail), ...(logs === null ? {} : { logs }) };
  }

  /** Null when the end is not where it may be expected. */
  async function nearLast(signal: AbortSignal): Promise<ConsoleMark | null> {
    if (last === null || last.instanceId !== deps.instanceId()) return null;
    const { instanceId, total } = last;
    const cursor = Math.max(0, total - slack);
    const { items, hasMore } = await page(cursor, lookSize, signal);
    if (instanceId !== deps.instanceId()) return null;
    // An empty page is anywhere beyond the end, and the last page of a shorter console may begin behind the fingerprint.
    if (hasMore || (cursor > 0 && items.length < printed)) return null;
    return remember(cursor + items.length, items.slice(-printed));
  }

  return {
    async mark(signal) {
      const near = await nearLast(signal);
      if (near !== null) return near;
      const { total } = await page(farCursor, 1, signal);
      if (total === null) return null;
      const { items } = await page(Math.max(0, total - printed), printed, signal);
      // One that came in between is after the mark.
      return remember(total, items.slice(0, Math.min(printed, total)));
    },
    async since({ types, count, mark }, signal) {
      if (mark.instanceId !== deps.instanceId()) return null;
      const known = Math.min(printed, mark.total);
      const found: ConsoleEntry[] = [];
      for (let nth = 0; nth < maxPages; nth += 1) {
        const { items, hasMore } = await page(mark.total - known + nth * pageSize, pageSize, signal);
        if (nth === 0 && (items.length < known || printOf(items.slice(0, known)) !== mark.print)) return null;
        found.push(...(nth === 0 ? items.slice(known) : items));
        if (hasMore) continue;
        const wanted = found.filter(({ type }) => types.includes(kindOf(type)));
        return wanted.slice(-count).map(toConsoleMessage);
      }
      return null;
    },
  };
}

/** Unity counts exceptions and failed assertions as errors. */
function kindOf(type: string): string {
  const kind = type.toLowerCase();
  return kind === 'warning' || kind === 'log' ? kind : 'error';
}
