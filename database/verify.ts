import { waitMs } from '../shared/node/lifecycle/index.ts';
import type { SqlClient } from './pool.ts';
import { findWrongDays, listDaysDue, type DueDay, type WrongDay } from './queries/daily.ts';
import { findMissingMonths } from './queries/partitions.ts';
import { findSequenceGaps, type Found, type SearchWindow, type SequenceGap } from './queries/sequenceGaps.ts';
import {
  findEventsWithoutRow,
  findRowsWithoutEvent,
  type EventWithoutRow,
  type RowWithoutEvent,
} from './queries/unmatched.ts';

export interface VerifyReport {
  readonly ok: boolean;
  readonly since: string;
  readonly sequenceGaps: Found<SequenceGap>;
  readonly eventsWithoutRow: Found<EventWithoutRow>;
  readonly rowsWithoutEvent: Found<RowWithoutEvent>;
  /** `2026-11`. */
  readonly missingMonths: readonly string[];
  /** Before today: today's figures are behind by nature. */
  readonly daysDue: readonly DueDay[];
  readonly wrongDays: readonly WrongDay[];
}

/** More rows than these without an event are not on their way. */
const mostOnTheirWay = 1_000;
/** Below what a transaction may idle. */
const longestPauseMs = 10_000;

/** Compares what is in the tables with what must be there; changes nothing. For the primary, as the owner. */
export async function verifyDatabase(
  client: SqlClient,
  window: SearchWindow,
  pause: (ms: number) => Promise<void> = waitMs,
): Promise<VerifyReport> {
  // The comparisons hash a window of events; the default of 4 MB would put them on disk.
  await client.run({ text: "SET LOCAL work_mem = '64MB'" });
  const today = new Date().toISOString().slice(0, 10);
  const found = {
    sequenceGaps: await findSequenceGaps(client, window),
    eventsWithoutRow: await findEventsWithoutRow(client, window),
    rowsWithoutEvent: await findRowsLeftWithoutEvent(client, window, pause),
    missingMonths: await findMissingMonths(client),
    daysDue: await listDaysDue(client, today),
    wrongDays: await findWrongDays(client, window.since),
  };
  const ok = linesOf(found).every(({ count }) => count === 0);
  return { ok, since: window.since, ...found };
}

/**
 * A row keeps the time of its first storing only: one that the app has just moved forward looks like one that waits for
 * its event since then. So what the app alone has written is looked at twice, and counts when it stands as it stood.
 */
async function findRowsLeftWithoutEvent(
  client: SqlClient,
  window: SearchWindow,
  pause: (ms: number) => Promise<void>,
): Promise<Found<RowWithoutEvent>> {
  const wide = { ...window, limit: Math.max(window.limit, mostOnTheirWay) };
  const shown = ({ count, items }: Found<RowWithoutEvent>) => ({ count, items: items.slice(0, window.limit) });
  const first = await findRowsWithoutEvent(client, wide);
  const mayBeOnTheirWay = first.count <= wide.limit && first.items.some(({ recorded }) => !recorded);
  if (!mayBeOnTheirWay || window.settleSeconds === 0) return shown(first);
  await pause(Math.min(window.settleSeconds * 1_000, longestPauseMs));
  const second = await findRowsWithoutEvent(client, wide);
  const before = new Set(first.items.map(standOf));
  const left = second.items.filter((row) => before.has(standOf(row)));
  return shown({ count: left.length, items: left });
}

const standOf = ({ table, sessionId, seq, storedAt }: RowWithoutEvent): string =>
  `${table} ${sessionId} ${seq} ${storedAt.toISOString()}`;

interface Section {
  readonly title: string;
  readonly count: number;
  readonly rows: readonly string[];
  readonly advice: string;
}

/** For a person: one line per check, what was found below it, and what to do. */
export function formatVerifyReport(report: VerifyReport, limit: number): string {
  const sections = linesOf(report).map(({ title, count, rows, advice }) => {
    if (count === 0) return `ok    ${title}`;
    const shown = rows.slice(0, limit);
    const more = count > shown.length ? [`      … ${count - shown.length} more`] : [];
    return [`FAIL  ${title}: ${count}`, ...shown.map((row) => `      ${row}`), ...more, `      → ${advice}`].join('\n');
  });
  return [`Since ${report.since}:`, ...sections].join('\n');
}

function linesOf(report: Omit<VerifyReport, 'ok' | 'since'>): Section[] {
  const { sequenceGaps, eventsWithoutRow, rowsWithoutEvent } = report;
  return [
    {
      title: "gaps in the sessions' sequence numbers",
      count: sequenceGaps.count,
      rows: sequenceGaps.items.map(
        ({ sessionId, from, to, nextAt }) =>
          `session ${sessionId}  ${from === to ? `seq ${from}` : `seq ${from} to ${to}`}  before ${nextAt.toISOString()}`,
      ),
      advice:
        'look for them with "spark-nats-consumer dlq list --session <id>"; else start the app of that session: it sends again what is missing.',
    },
    {
      title: 'events without their row',
      count: eventsWithoutRow.count,
      rows: eventsWithoutRow.items.map(
        ({ table, eventId, sessionId, seq, type }) =>
          `${table}  ${type}  session ${sessionId}  seq ${seq}  event ${eventId}`,
      ),
      advice: 'a row was changed or deleted by hand, or a writer of an older version is running.',
    },
    {
      title: 'rows without their event',
      count: rowsWithoutEvent.count,
      rows: rowsWithoutEvent.items.map(
        ({ table, sessionId, seq, recorded }) =>
          `${table}  session ${sessionId}  seq ${seq}  ${recorded ? 'its event was deleted' : 'only the app wrote it'}`,
      ),
      advice:
        'what only the app wrote arrives when its outbox is sent: check NATS and the consumer. A deleted event must be restored from a backup.',
    },
    {
      title: 'partitions of this month and the next',
      count: report.missingMonths.length,
      rows: report.missingMonths,
      advice: 'spark-db partitions',
    },
    {
      title: 'days to roll',
      count: report.daysDue.length,
      rows: report.daysDue.map(({ day, rolledAt }) =>
        rolledAt === null ? `${day}  never rolled` : `${day}  rolled ${rolledAt.toISOString()}, changed since`,
      ),
      advice: 'spark-db rollup --due',
    },
    {
      title: 'rolled days that count other events than there are',
      count: report.wrongDays.length,
      rows: report.wrongDays.map(({ day, rolled, stored }) => `${day}  rolled ${rolled}, stored ${stored}`),
      advice: 'spark-db rollup <day>',
    },
  ];
}
