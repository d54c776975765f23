import type { InsightsView } from '../../../shared/contracts/api/index.ts';

/** One part of each day's bar; the colour is the name of a token. */
export interface DaySeries {
  readonly name: string;
  readonly colour: `--${string}`;
  /** One value for each day. */
  readonly values: readonly number[];
}

export interface DayFigures {
  /** UTC days, each of the range, the oldest first. */
  readonly days: readonly string[];
  /** Stacked from the first on. */
  readonly series: readonly DaySeries[];
}

type View = Pick<InsightsView, 'from' | 'to' | 'usage' | 'calls' | 'builds'>;

/** Models beyond these are one part. */
const shownModels = 4;
const modelColours = ['--chart-1', '--chart-2', '--chart-3', '--chart-4'] as const;

/** Micro-dollars by model, the dearest first. */
export function costByDay(view: View): DayFigures {
  const days = daysOf(view);
  const byModel = new Map<string, Map<string, number>>();
  for (const { model, day, costMicroUsd } of view.usage) {
    if (costMicroUsd === 0) continue;
    const costs = byModel.get(model) ?? new Map<string, number>();
    byModel.set(model, costs.set(day, (costs.get(day) ?? 0) + costMicroUsd));
  }
  const dearest = [...byModel]
    .map(([name, costs]) => ({ name, values: days.map((day) => costs.get(day) ?? 0) }))
    .sort((a, b) => totalOf(b.values) - totalOf(a.values));
  const isFew = dearest.length <= shownModels;
  const shown = isFew ? dearest : dearest.slice(0, shownModels - 1);
  const others = isFew ? [] : dearest.slice(shownModels - 1);
  const series = shown.map(({ name, values }, index) => ({
    name,
    colour: modelColours[index] ?? '--chart-4',
    values,
  }));
  if (others.length === 0) return { days, series };
  const values = days.map((_, index) => totalOf(others.map((model) => model.values[index] ?? 0)));
  return { days, series: [...series, { name: `${others.length} other models`, colour: '--chart-4', values }] };
}

/** Calls by how they ended. */
export function callsByDay(view: View): DayFigures {
  const days = daysOf(view);
  const ofDay = new Map(view.calls.map((row) => [row.day, row]));
  const values = (of: (row: View['calls'][number]) => number): number[] =>
    days.map((day) => {
      const row = ofDay.get(day);
      return row === undefined ? 0 : of(row);
    });
  return {
    days,
    series: [
      { name: 'succeeded', colour: '--ok', values: values(({ succeeded }) => succeeded) },
      { name: 'failed', colour: '--bad', values: values(({ failed }) => failed) },
      { name: 'denied', colour: '--chart-4', values: values(({ denied }) => denied) },
      { name: 'cancelled', colour: '--chart-5', values: values(({ cancelled }) => cancelled) },
    ],
  };
}

export function buildsByDay(view: View): DayFigures {
  const days = daysOf(view);
  const ofDay = new Map(view.builds.map((row) => [row.day, row]));
  return {
    days,
    series: [
      { name: 'completed', colour: '--ok', values: days.map((day) => ofDay.get(day)?.completed ?? 0) },
      { name: 'failed', colour: '--bad', values: days.map((day) => ofDay.get(day)?.failed ?? 0) },
    ],
  };
}

export const totalOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

function daysOf({ from, to }: View): string[] {
  const first = Date.parse(`${from}T00:00:00Z`);
  const count = Math.round((Date.parse(`${to}T00:00:00Z`) - first) / 86_400_000) + 1;
  return Array.from({ length: count }, (_, index) => new Date(first + index * 86_400_000).toISOString().slice(0, 10));
}
