import { z } from 'zod';
import {
  insightRowsSchema,
  type InsightDays,
  type InsightParts,
  type InsightScope,
} from '../../../shared/contracts/index.ts';
import type { JournalDatabase } from './database.ts';
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
} from './insightStatements.ts';

/** The figures of a range of UTC days, as this machine knows them. */
export interface InsightReader {
  readonly read: (days: InsightDays, of: InsightScope) => InsightParts;
}

const { usage, calls, builds, functions, errors, events, targets } = insightRowsSchema.shape;
const functionRow = functions.element.omit({ costMicroUsd: true });
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
        functions: db.all(functionsSql(kind), functionRow, ranged),
        costs: db.all(costsSql(kind), costRow, ranged),
        errors: db.all(errorsSql(kind), errors.element, ranged),
        events: db.all(eventsSql(kind), events.element, ranged),
        targets: db.all(targetsSql(kind), targets.element, ranged),
        projects: db.all(projectsSql, z.object({ name: z.string() })).map(({ name }) => name),
      };
    },
  };
}

const dayAfter = (day: string): string =>
  new Date(Date.parse(`${day}T00:00:00.000Z`) + 86_400_000).toISOString().slice(0, 10);
