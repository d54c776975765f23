import {
  readDayFigures,
  readEventFigures,
  readWindowFigures,
  type Database,
  type Figure,
} from '../../../../../database/index.ts';
import type { LoadPlan } from '../load/plan.ts';
import { withFailureShares, type Way } from './compare.ts';
import type { ApiReader } from './api.ts';

/** What each way counts; a figure that it does not count is no difference. */
const everything = (): boolean => true;
const ofDays = (figure: string): boolean =>
  ['events', 'calls', 'failed calls', 'failed %'].includes(figure) || figure.endsWith(' by model');
const ofApiWindows = (figure: string): boolean => ofDays(figure) || / by user$|^p95 ms at /.test(figure);

/** Every way to the figures of the load; those of Flink, where it runs. */
export async function readWays(given: {
  readonly plan: LoadPlan;
  readonly database: Database;
  readonly api: ApiReader;
  readonly hasFlink: boolean;
}): Promise<readonly Way[]> {
  const { plan, database, api, hasFlink } = given;
  const { since, until, day } = plan;
  const way = (name: string, tells: Way['tells'], figures: readonly Figure[]): Way => ({
    name,
    tells,
    figures: withFailureShares(figures),
  });
  const windows = (grain: 'minute' | 'hour') =>
    database.write((client) => readWindowFigures(client, { since, until, grain }));
  const counted = await database.write((client) => readEventFigures(client, { since, until }));
  // Without Flink nobody else knows durations and people: there is nothing to compare them with.
  const comparable = hasFlink ? counted : counted.filter(({ figure }) => ofDays(figure));
  return [
    way('sent', (figure) => figure === 'events', countSent(plan)),
    way('raw SQL', everything, comparable),
    way('rollups', ofDays, await database.write((client) => readDayFigures(client, day))),
    ...(hasFlink
      ? [
          way('Flink minutes', everything, await windows('minute')),
          way('Flink hours', everything, await windows('hour')),
        ]
      : []),
    way('API days', ofDays, await api.days(day)),
    ...(hasFlink ? [way('API windows', ofApiWindows, await api.windows({ since, until }))] : []),
  ];
}

/** Events by type as they were planned, each once however often it was sent. */
function countSent({ onTime, late }: LoadPlan): readonly Figure[] {
  const byType = Map.groupBy([...onTime, ...late], ({ event }) => event.type);
  return [...byType].map(([name, events]) => ({ figure: 'events', name, value: events.length }));
}
