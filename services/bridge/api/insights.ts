import { readInsights } from '../../../database/index.ts';
import type {
  ApiHandlers,
  InsightDays,
  InsightParts,
  InsightScope,
  InsightSource,
} from '../../../shared/contracts/index.ts';
import { toAppError } from '../../../shared/errors/index.ts';
import { arrangeInsights, insightDaysOf } from '../insights.ts';
import type { ApiParts } from './types.ts';

type InsightApiParts = Pick<ApiParts, 'journal' | 'database' | 'clock' | 'logger'>;

/** The database has what everybody did; while it does not answer, the journal has what was done on this machine. */
export function insightRoutes(parts: InsightApiParts): Pick<ApiHandlers, 'insights.get'> {
  const { clock } = parts;
  return {
    'insights.get': async ({ days: range, of }) => {
      const nowMs = clock();
      const days = insightDaysOf(range, nowMs);
      const { source, read } = await readFrom(parts, days, of);
      return {
        source,
        readAt: new Date(nowMs).toISOString(),
        from: days.from,
        to: days.to,
        ...arrangeInsights(read, days),
      };
    },
  };
}

async function readFrom(
  { journal, database, logger }: InsightApiParts,
  days: InsightDays,
  of: InsightScope,
): Promise<{ readonly source: InsightSource; readonly read: InsightParts }> {
  const locally = (why: 'chosen' | 'no_database' | 'database_away', detail = '') => ({
    source: { kind: 'journal' as const, why, detail },
    read: journal.insights.read(days, of),
  });
  if (of.kind === 'machine') return locally('chosen');
  if (database === null) return locally('no_database');
  try {
    // Not only past the app's own last write: what is behind is told as the lag.
    const { value, server, lagMs } = await database.read((reader) => readInsights(reader, days, of));
    const { parts: read, waitingDays } = value;
    const queuedEvents = journal.outbox.depth();
    return { source: { kind: server, lagMs: server === 'replica' ? lagMs : null, queuedEvents, waitingDays }, read };
  } catch (error) {
    const { message } = toAppError(error);
    logger.warn({ err: error }, 'the figures are read from the journal: the database did not tell them');
    return locally('database_away', message);
  }
}
