import type { Connection } from './connection.ts';
import { clientEvents, type ResponseParameters } from './protocol/index.ts';
import { leftOutItem, summaryItem } from './replay.ts';
import type { ResponseRuns } from './responseRuns.ts';
import type { SessionOptions } from './sessionOptions.ts';
import { summarise } from './summary.ts';
import type { Turn } from './turn.ts';
import type { HistoryItem } from './types.ts';

/**
 * Puts the oldest part of a history, for which there was no room, into a new conversation as a summary, and says how much
 * has none. Resolves with false when the turn was stopped before all of it had one: the conversation lacks a part.
 */
export type ShortenHistory = (over: Connection, turn: Turn, left: readonly HistoryItem[]) => Promise<boolean>;

export function makeShortenHistory(
  options: Pick<SessionOptions, 'sessionId' | 'host' | 'limits' | 'logger'> & {
    readonly runs: Pick<ResponseRuns, 'run'>;
    readonly closing: AbortSignal;
  },
): ShortenHistory {
  const { sessionId, host, limits, logger, runs, closing } = options;

  return async (over, turn, left) => {
    const signal = AbortSignal.any([turn.controller.signal, AbortSignal.timeout(limits.summaryMs), closing]);
    const before = host.summary(sessionId);
    const { messageId } = turn.message;
    // A summary is a request like any other: none is made from a spent budget.
    const permission = host.mayContinue(sessionId, { messageId, calls: turn.calls.length });
    const ask = (apart: ResponseParameters) => runs.run({ over, messageId, signal, apart });
    const summary = permission.kind === 'stop' ? null : await summarise({ left, before, ask });
    const covered = summary?.upToPosition ?? -1;
    const rest = summary === null ? left.length : left.filter(({ position = -1 }) => position > covered).length;
    if (summary !== null) host.keepSummary({ sessionId, ...summary });
    // Stopped meanwhile: the next turn makes the connection again, and the summary with it.
    if (rest > 0 && turn.controller.signal.aborted) return false;
    if (rest > 0) logger.warn({ sessionId, entries: rest }, 'an old part of the conversation could not be summarised');
    // Each becomes the first: the summary stands before what it does not cover.
    if (rest > 0) over.send(clientEvents.createItem(leftOutItem(rest), { after: 'root' }));
    if (summary !== null) over.send(clientEvents.createItem(summaryItem(summary.text), { after: 'root' }));
    return true;
  };
}
