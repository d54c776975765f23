import { z } from 'zod';
import {
  countWaitingDays,
  insightFigures,
  readAlerts,
  readInsights,
  readMetricWindows,
  readUsageWindows,
  type SqlClient,
} from '../../../database/index.ts';
import {
  scopeOf,
  type AnalyticsAnswer,
  type AnalyticsQuery,
  type AnalyticsRouteName,
  type InsightDays,
  type InsightScope,
  type RangeQuery,
  type WindowsQuery,
} from '../../../shared/contracts/index.ts';
import { pageOf, parseCursor, toCursor, type SortKey } from './paging.ts';

/** What a route answers, but for where it is from. */
export type AnswerOf<N extends AnalyticsRouteName> = Omit<AnalyticsAnswer<N>, 'source'>;
export type Handlers = {
  readonly [N in AnalyticsRouteName]: (reader: SqlClient, query: AnalyticsQuery<N>) => Promise<AnswerOf<N>>;
};

type ReadRows<T> = (
  reader: SqlClient,
  days: Pick<InsightDays, 'from' | 'to'>,
  of: InsightScope,
) => Promise<readonly T[]>;

/** Figures of a range by pages: a group is one row, so all of them are read and some are given. */
const ranged =
  <T>(read: ReadRows<T>, keyOf: (row: T) => SortKey) =>
  async (reader: SqlClient, query: RangeQuery) => {
    const { from, to, limit, cursor } = query;
    const of = scopeOf(query);
    const rows = await read(reader, { from, to }, of);
    return {
      ...pageOf(rows, { keyOf, limit, cursor }),
      from,
      to,
      waitingDays: await countWaitingDays(reader, { from, to }, of),
    };
  };

const readFunctions: ReadRows<AnalyticsAnswer<'functions'>['items'][number]> = async (reader, days, of) => {
  const functions = await insightFigures.functions(reader, days, of);
  const costs = new Map((await insightFigures.costs(reader, days, of)).map((row) => [row.name, row.costMicroUsd]));
  const ended = new Set(functions.map(({ name }) => name));
  const none = { succeeded: 0, failed: 0, denied: 0, cancelled: 0, medianMs: null, p95Ms: null };
  // A model may have been asked for a call that has not ended in the range.
  const asked = [...costs.keys()].filter((name) => !ended.has(name)).map((name) => ({ name, ...none }));
  return [...functions, ...asked].map((row) => ({ ...row, costMicroUsd: costs.get(row.name) ?? 0 }));
};

/** Windows by pages, of which the database reads one and the row behind it. */
const windowed =
  <T, K extends SortKey>(
    read: (reader: SqlClient, range: Omit<WindowsQuery, 'cursor'>, after: K | null) => Promise<T[]>,
    keyOf: (row: T) => K,
    key: z.ZodType<K>,
  ) =>
  async (reader: SqlClient, { cursor, limit, ...range }: WindowsQuery) => {
    const after = cursor === undefined ? null : parseCursor(cursor, key);
    const found = await read(reader, { ...range, limit: limit + 1 }, after);
    const items = found.slice(0, limit);
    const last = items.at(-1);
    return { items, next: last === undefined || found.length <= limit ? null : toCursor(keyOf(last)) };
  };

const alertPlace = z.tuple([z.iso.datetime(), z.uuid()]);

/** One reader of the replica for each route; the same statements as the app's own insights. */
export const handlers: Handlers = {
  async insights(reader, query) {
    const { first, from, to } = query;
    return await readInsights(reader, { first, from, to }, scopeOf(query));
  },
  usage: ranged(insightFigures.usage, ({ day, provider, model }) => [day, provider, model]),
  calls: ranged(insightFigures.calls, ({ day }) => [day]),
  functions: ranged(readFunctions, ({ name }) => [name]),
  errors: ranged(insightFigures.errors, ({ kind, name, code }) => [kind, name, code]),
  events: ranged(insightFigures.events, ({ type }) => [type]),
  builds: ranged(insightFigures.builds, ({ day }) => [day]),
  targets: ranged(insightFigures.targets, ({ target }) => [target]),
  windows: windowed(
    readMetricWindows,
    ({ windowStart, kind, name }) => [windowStart, kind, name] as const,
    z.tuple([z.iso.datetime(), z.string(), z.string()]),
  ),
  usageWindows: windowed(
    readUsageWindows,
    ({ windowStart, provider, model, userId }) => [windowStart, provider, model, userId] as const,
    z.tuple([z.iso.datetime(), z.string(), z.string(), z.string()]),
  ),
  async alerts(reader, { state = null, limit, cursor }) {
    const [raisedAt, alertId] = cursor === undefined ? [] : parseCursor(cursor, alertPlace);
    const after = raisedAt === undefined || alertId === undefined ? null : { raisedAt, alertId };
    const found = await readAlerts(reader, { state, limit: limit + 1, after });
    const page = found.slice(0, limit);
    const last = page.at(-1)?.place;
    return {
      items: page.map(({ alert }) => alert),
      next: last === undefined || found.length <= limit ? null : toCursor([last.raisedAt, last.alertId]),
    };
  },
};
