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

type InsightApiParts = Pick<ApiParts, 'journal' | 'database' | 'analytics' | 'clock' | 'logger'>;

interface Found {
  readonly source: InsightSource;
  readonly read: InsightParts;
  /** When it was read; now, where nothing else is said. */
  readonly readAt?: string;
}

/**
 * The analytics API tells what everybody did where one is configured, else the database; while neither answers, the
 * journal has what was done on this machine. The figures are the same whoever tells them.
 */
export function insightRoutes(parts: InsightApiParts): Pick<ApiHandlers, 'insights.get'> {
  const { clock } = parts;
  return {
    'insights.get': async ({ days: range, of }) => {
      const nowMs = clock();
      const days = insightDaysOf(range, nowMs);
      const { source, read, readAt } = await readFrom(parts, days, of);
      return {
        source,
        readAt: readAt ?? new Date(nowMs).toISOString(),
        from: days.from,
        to: days.to,
        ...arrangeInsights(read, days),
      };
    },
  };
}

async function readFrom(parts: InsightApiParts, days: InsightDays, of: InsightScope): Promise<Found> {
  const { journal, analytics } = parts;
  if (of.kind === 'machine') return locally(parts, { days, of, why: 'chosen' });
  if (analytics === null) return fromDatabase(parts, { days, of, analyticsAway: null });
  try {
    const { parts: read, waitingDays, source } = await analytics.readInsights(days, of);
    const queuedEvents = journal.outbox.depth();
    return {
      source: { kind: 'analytics', lagMs: source.lagMs, queuedEvents, waitingDays, analyticsAway: null },
      read,
      readAt: source.readAt,
    };
  } catch (error) {
    parts.logger.warn({ err: error }, 'the figures are read from the database: the analytics API did not tell them');
    return fromDatabase(parts, { days, of, analyticsAway: toAppError(error).message });
  }
}

interface Question {
  readonly days: InsightDays;
  readonly of: InsightScope;
}

async function fromDatabase(
  parts: InsightApiParts,
  { days, of, analyticsAway }: Question & { readonly analyticsAway: string | null },
): Promise<Found> {
  const { journal, database, logger } = parts;
  if (database === null) {
    return analyticsAway === null
      ? locally(parts, { days, of, why: 'no_database' })
      : locally(parts, { days, of, why: 'analytics_away', detail: analyticsAway });
  }
  try {
    // Not only past the app's own last write: what is behind is told as the lag.
    const { value, server, lagMs } = await database.read((reader) => readInsights(reader, days, of));
    const { parts: read, waitingDays } = value;
    const queuedEvents = journal.outbox.depth();
    return {
      source: { kind: server, lagMs: server === 'replica' ? lagMs : null, queuedEvents, waitingDays, analyticsAway },
      read,
    };
  } catch (error) {
    logger.warn({ err: error }, 'the figures are read from the journal: the database did not tell them');
    const detail = [...(analyticsAway === null ? [] : [analyticsAway]), toAppError(error).message].join(' ');
    return locally(parts, { days, of, why: 'database_away', detail });
  }
}

function locally(
  { journal }: InsightApiParts,
  {
    days,
    of,
    why,
    detail = '',
  }: Question & { readonly why: Extract<InsightSource, { kind: 'journal' }>['why']; readonly detail?: string },
): Found {
  return { source: { kind: 'journal', why, detail }, read: journal.insights.read(days, of) };
}
