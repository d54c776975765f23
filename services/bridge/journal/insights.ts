import { z } from 'zod';
import {
  insightRowsSchema,
  type InsightDays,
  type InsightParts,
  type InsightScope,
} from '../../../shared/contracts/index.ts';
import { latencyBoundsMs, latencyPercentileMs, noLatencies } from '../../../shared/domain/latency.ts';
import type { JournalDatabase } from './database.ts';
import {
  buildsSql,
  callsSql,
  costsSql,
  errorsSql,
  eventsSql,
  functionBucketsSql,
  projectsSql,
  targetsSql,
  usageSql,
} from './insightStatements.ts';

/** The figures of a range of UTC days, as this machine knows them. */
export interface InsightReader {
  readonly read: (days: InsightDays, of: InsightScope) => InsightParts;
}

const { usage, calls, builds, functions, errors, events, targets } = insightRowsSchema.shape;
const bucketRow = functions.element
  .omit({ medianMs: true, p95Ms: true, costMicroUsd: true })
  .extend({ bucket: z.int().min(0).max(latencyBoundsMs.length) });
const costRow = functions.element.pick({ name: true, costMicroUsd: true });

export function makeInsightReader(db: JournalDatabase): InsightReader {
  return {
    read(days, of) {
      const { kind } = of;
      const filter = kind === 'project' ? { filter: of.name } : kind === 'session' ? { filter: of.sessionId } : {};
      const next = dayAfter(days.to);
      const compared = { first: days.first, next, ...filter };
      const ranged = { first: days.from, next, ...filter };
      return {
        usage: db.all(usageSql(kind), usage.element, compared),
        calls: db.all(callsSql(kind), calls.element, compared),
        builds: db.all(buildsSql(kind), builds.element, compared),
        functions: functionsOf(db.all(functionBucketsSql(kind), bucketRow, ranged)),
        costs: db.all(costsSql(kind), costRow, ranged),
        errors: db.all(errorsSql(kind), errors.element, ranged),
        events: db.all(eventsSql(kind), events.element, ranged),
        targets: db.all(targetsSql(kind), targets.element, ranged),
        projects: db.all(projectsSql, z.object({ name: z.string() })).map(({ name }) => name),
      };
    },
  };
}

/** Percentiles are of the calls that ended by themselves. */
function functionsOf(rows: readonly z.infer<typeof bucketRow>[]): InsightParts['functions'] {
  return [...Map.groupBy(rows, ({ name }) => name)].map(([name, ofName]) => {
    const sum = (of: (row: (typeof ofName)[number]) => number): number =>
      ofName.reduce((total, row) => total + of(row), 0);
    const latencies = noLatencies();
    for (const { bucket, succeeded, failed } of ofName) latencies[bucket] = succeeded + failed;
    return {
      name,
      succeeded: sum((row) => row.succeeded),
      failed: sum((row) => row.failed),
      denied: sum((row) => row.denied),
      cancelled: sum((row) => row.cancelled),
      medianMs: latencyPercentileMs(latencies, 0.5),
      p95Ms: latencyPercentileMs(latencies, 0.95),
    };
  });
}

const dayAfter = (day: string): string =>
  new Date(Date.parse(`${day}T00:00:00.000Z`) + 86_400_000).toISOString().slice(0, 10);
