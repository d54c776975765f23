import { z } from 'zod';
import type { InsightDays, InsightParts, InsightScope } from '../../shared/contracts/index.ts';
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
  readonly parts: InsightParts;
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

/**
 * The figures of a range of UTC days, for `Database.read`. Without a filter the daily tables answer; time to result,
 * calls and builds come from their own tables, each by the index on its time. `machine` is not known here: it is all.
 */
export async function readInsights(reader: SqlClient, days: InsightDays, of: InsightScope): Promise<StoredInsights> {
  const { kind } = of;
  const filter = kind === 'project' ? [of.name] : kind === 'session' ? [of.sessionId] : [];
  const compared = [days.first, days.to, ...filter];
  const ranged = [days.from, days.to, ...filter];
  const usage = await reader.rows({ text: usageSql(kind), values: compared }, usageRow);
  const calls = await reader.rows({ text: callsSql(kind), values: compared }, callsRow);
  const builds = await reader.rows({ text: buildsSql(kind), values: compared }, buildsRow);
  const functions = await reader.rows({ text: functionsSql(kind), values: ranged }, functionRow);
  const costs = await reader.rows({ text: costsSql(kind), values: ranged }, costRow);
  const errors = await reader.rows({ text: errorsSql(kind), values: ranged }, errorRow);
  const events = await reader.rows({ text: eventsSql(kind), values: ranged }, eventRow);
  const targets = await reader.rows({ text: targetsSql(kind), values: ranged }, targetRow);
  const projects = await reader.rows({ text: projectsSql }, z.object({ name: z.string() }));
  const [due] =
    filter.length > 0
      ? []
      : await reader.rows({ text: waitingSql, values: [days.first, days.to] }, z.object({ waiting: count }));
  return {
    parts: {
      usage,
      calls,
      builds,
      functions,
      costs,
      errors,
      events,
      targets,
      projects: projects.map(({ name }) => name),
    },
    waitingDays: due?.waiting ?? 0,
  };
}
