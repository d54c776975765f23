import { z } from 'zod';
import type { AnalyticsAnswer, InsightDays, InsightScope } from '../../shared/contracts/index.ts';
import type { SqlClient } from '../pool.ts';
import {
  buildsSql,
  callsSql,
  costsSql,
  errorsSql,
  eventsSql,
  functionsSql,
  projectsSql,
  targetsSql,
  usageSql,
  waitingSql,
} from './insightStatements.ts';

export interface StoredInsights {
  /** An `InsightParts` of its own. */
  readonly parts: AnalyticsAnswer<'insights'>['parts'];
  /** Days of the range whose events changed since they were rolled, and that were too many to be counted now. */
  readonly waitingDays: number;
}

const count = z.coerce.number();
const measure = z.number().nullable();
const outcomes = { succeeded: count, failed: count, denied: count, cancelled: count };
const usageRow = z.object({
  day: z.string(),
  provider: z.string(),
  model: z.string(),
  responses: count,
  inputTokens: count,
  cachedTokens: count,
  outputTokens: count,
  costMicroUsd: count,
  unpricedResponses: count,
});
const callsRow = z.object({ day: z.string(), ...outcomes });
const functionRow = z.object({ name: z.string(), ...outcomes, medianMs: measure, p95Ms: measure });
const costRow = z.object({ name: z.string(), costMicroUsd: count });
const buildsRow = z.object({ day: z.string(), completed: count, failed: count });
const errorRow = z.object({
  kind: z.enum(['function_call', 'build']),
  name: z.string(),
  code: z.string(),
  errors: count,
});
const eventRow = z.object({ type: z.string(), events: count });
const targetRow = z.object({
  target: z.string(),
  completed: count,
  failed: count,
  medianMs: measure,
  lastSizeBytes: z.coerce.number<string | number>().nullable(),
});

/** One figure of UTC days `from` to `to`, both counted, its rows sorted by what they are grouped by. `machine` is not known here: it is all. */
export type ReadFigure<T> = (
  reader: SqlClient,
  days: Pick<InsightDays, 'from' | 'to'>,
  of: InsightScope,
) => Promise<T[]>;

const figure =
  <T>(sqlOf: (kind: InsightScope['kind']) => string, row: z.ZodType<T>): ReadFigure<T> =>
  (reader, { from, to }, of) =>
    reader.rows({ text: sqlOf(of.kind), values: [from, to, ...filterOf(of)] }, row);

function filterOf(of: InsightScope): string[] {
  if (of.kind === 'project') return [of.name];
  return of.kind === 'session' ? [of.sessionId] : [];
}

/**
 * Each figure by itself. Without a filter the daily tables answer; time to result, calls and builds come from their own
 * tables, each by the index on its time.
 */
export const insightFigures = {
  usage: figure(usageSql, usageRow),
  calls: figure(callsSql, callsRow),
  builds: figure(buildsSql, buildsRow),
  functions: figure(functionsSql, functionRow),
  costs: figure(costsSql, costRow),
  errors: figure(errorsSql, errorRow),
  events: figure(eventsSql, eventRow),
  targets: figure(targetsSql, targetRow),
} as const;

/** Days of the range whose events changed since they were rolled, and that were too many to be counted now. */
export async function countWaitingDays(
  reader: SqlClient,
  { from, to }: Pick<InsightDays, 'from' | 'to'>,
  of: InsightScope,
): Promise<number> {
  // A project's and a session's figures are counted from the rows themselves.
  if (filterOf(of).length > 0) return 0;
  const [due] = await reader.rows({ text: waitingSql, values: [from, to] }, z.object({ waiting: count }));
  return due?.waiting ?? 0;
}

/** All figures of a range, for `Database.read`: usage, calls and builds with the time to compare with. */
export async function readInsights(reader: SqlClient, days: InsightDays, of: InsightScope): Promise<StoredInsights> {
  const compared = { from: days.first, to: days.to };
  const parts = {
    usage: await insightFigures.usage(reader, compared, of),
    calls: await insightFigures.calls(reader, compared, of),
    builds: await insightFigures.builds(reader, compared, of),
    functions: await insightFigures.functions(reader, days, of),
    costs: await insightFigures.costs(reader, days, of),
    errors: await insightFigures.errors(reader, days, of),
    events: await insightFigures.events(reader, days, of),
    targets: await insightFigures.targets(reader, days, of),
  };
  const projects = await reader.rows({ text: projectsSql }, z.object({ name: z.string() }));
  return {
    parts: { ...parts, projects: projects.map(({ name }) => name) },
    waitingDays: await countWaitingDays(reader, compared, of),
  };
}
