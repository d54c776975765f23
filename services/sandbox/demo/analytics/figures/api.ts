import type { Figure } from '../../../../../database/index.ts';
import {
  analyticsRoutes,
  type AnalyticsAnswer,
  type AnalyticsRouteName,
  type Alert,
} from '../../../../../shared/contracts/index.ts';
import { AppError } from '../../../../../shared/errors/index.ts';

/** The figures as the analytics API tells them, over HTTP. */
export interface ApiReader {
  /** Of a UTC day, from the daily tables and the rows of calls. */
  readonly days: (day: string) => Promise<readonly Figure[]>;
  /** Of the windows of hours, added up; a percentile cannot be, and stays with its hour. */
  readonly windows: (range: { since: Date; until: Date }) => Promise<readonly Figure[]>;
  readonly alerts: () => Promise<readonly Alert[]>;
}

type Paged = Exclude<AnalyticsRouteName, 'insights'>;
type Item<N extends Paged> = AnalyticsAnswer<N>['items'][number];

export function makeApiReader(options: {
  readonly url: string;
  readonly token: string;
  readonly signal: AbortSignal;
}): ApiReader {
  const { url, token, signal } = options;

  async function askPage<N extends Paged>(name: N, query: Record<string, string>): Promise<AnalyticsAnswer<N>> {
    const { path, answer } = analyticsRoutes[name];
    const response = await fetch(`${url}${path}?${new URLSearchParams(query).toString()}`, {
      headers: { authorization: `Bearer ${token}` },
      signal,
    });
    if (!response.ok)
      throw new AppError(
        'stack_failed',
        `The analytics API answered ${path} with ${response.status}: ${await response.text()}`,
      );
    // The route's own schema gives the route's own answer.
    return answer.parse(await response.json()) as AnalyticsAnswer<N>;
  }
  async function ask<N extends Paged>(name: N, query: Record<string, string>): Promise<readonly Item<N>[]> {
    const items: Item<N>[] = [];
    for (let cursor: string | null | undefined; cursor !== null;) {
      const page = await askPage(name, { ...query, limit: '500', ...(cursor === undefined ? {} : { cursor }) });
      items.push(...(page.items as readonly Item<N>[]));
      cursor = page.next;
    }
    return items;
  }

  return {
    async days(day) {
      const query = { from: day, to: day };
      const events = await ask('events', query);
      const functions = await ask('functions', query);
      return [
        ...events.map(({ type, events: value }) => ({ figure: 'events', name: type, value })),
        ...functions.flatMap(callsOf),
        ...(await ask('usage', query)).flatMap((row) => usageOf(row, row.model, 'model')),
      ];
    },
    async windows({ since, until }) {
      const query = { grain: 'hour', from: since.toISOString(), before: until.toISOString() };
      const windows = await ask('windows', query);
      const calls = windows.filter(({ kind }) => kind === 'function_call');
      const usage = await ask('usageWindows', query);
      return addUp([
        ...windows
          .filter(({ kind }) => kind === 'event')
          .map(({ name, total }) => ({ figure: 'events', name, value: total })),
        ...calls.flatMap(callsOf),
        ...calls.map(({ windowStart, name, p95Ms }) => ({
          figure: `p95 ms at ${windowStart.slice(11, 16)}`,
          name,
          value: p95Ms,
        })),
        ...usage.flatMap((row) => [...usageOf(row, row.model, 'model'), ...usageOf(row, row.userId, 'user')]),
      ]);
    },
    alerts: () => ask('alerts', {}),
  };
}

interface Outcomes {
  readonly name: string;
  readonly succeeded: number;
  readonly failed: number;
  readonly denied: number;
  readonly cancelled: number;
}
const callsOf = ({ name, succeeded, failed, denied, cancelled }: Outcomes): readonly Figure[] => [
  { figure: 'calls', name, value: succeeded + failed + denied + cancelled },
  { figure: 'failed calls', name, value: failed },
];

type Usage = Item<'usage'> | Item<'usageWindows'>;
const usageOf = (row: Usage, name: string, by: 'model' | 'user'): readonly Figure[] =>
  Object.entries({
    responses: row.responses,
    'input tokens': row.inputTokens,
    'cached tokens': row.cachedTokens,
    'output tokens': row.outputTokens,
    'cost µ$': row.costMicroUsd,
    'unpriced responses': row.unpricedResponses,
  }).map(([figure, value]) => ({ figure: `${figure} by ${by}`, name, value }));

/** One row for each figure and name; what there is none of stays none. */
function addUp(figures: readonly Figure[]): readonly Figure[] {
  const groups = Map.groupBy(figures, ({ figure, name }) => JSON.stringify([figure, name]));
  return [...groups.values()].flatMap(([first, ...others]) =>
    first === undefined
      ? []
      : [
          others.reduce(
            (sum, { value }) => ({ ...sum, value: value === null ? sum.value : (sum.value ?? 0) + value }),
            first,
          ),
        ],
  );
}
