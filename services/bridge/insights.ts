import type {
  InsightDays,
  InsightParts,
  InsightRange,
  InsightRows,
  InsightTotals,
} from '../../shared/contracts/index.ts';

/** The last `range` UTC days up to now, and as many before them. */
export function insightDaysOf(range: InsightRange, nowMs: number): InsightDays {
  const day = (back: number): string => new Date(nowMs - back * 86_400_000).toISOString().slice(0, 10);
  return { first: day(2 * range - 1), from: day(range - 1), to: day(0) };
}

export interface ArrangedInsights extends InsightRows {
  readonly totals: InsightTotals;
  readonly before: InsightTotals;
  readonly projects: string[];
}

/** What a source read, in one order whatever the source; sums over the range, and over the time before it. */
export function arrangeInsights(parts: InsightParts, { from }: Pick<InsightDays, 'from'>): ArrangedInsights {
  const isIn = ({ day }: { readonly day: string }): boolean => day >= from;
  const isBefore = ({ day }: { readonly day: string }): boolean => day < from;
  const inRange = <T extends { readonly day: string }>(rows: readonly T[]): T[] => rows.filter(isIn).sort(by(dayOf));
  return {
    usage: inRange(parts.usage).sort(by(({ day, provider, model }) => [day, provider, model])),
    calls: inRange(parts.calls),
    builds: inRange(parts.builds),
    functions: functionsOf(parts),
    errors: [...parts.errors].sort(by(({ errors, kind, name, code }) => [-errors, kind, name, code])),
    events: [...parts.events].sort(by(({ events, type }) => [-events, type])),
    targets: parts.targets
      .map((target) => ({ ...target, medianMs: wholeMs(target.medianMs) }))
      .sort(by(({ target }) => [target])),
    totals: totalsOf(parts, isIn),
    before: totalsOf(parts, isBefore),
    projects: [...parts.projects].sort(by((name) => [name])),
  };
}

/** A model may have been asked for a call that has not ended in the range: its cost is shown all the same. */
function functionsOf({ functions, costs }: InsightParts): InsightRows['functions'] {
  const costOf = new Map(costs.map(({ name, costMicroUsd }) => [name, costMicroUsd]));
  const ended = new Set(functions.map(({ name }) => name));
  const none = { succeeded: 0, failed: 0, denied: 0, cancelled: 0, medianMs: null, p95Ms: null };
  const all = [...functions, ...costs.filter(({ name }) => !ended.has(name)).map(({ name }) => ({ name, ...none }))];
  return all
    .map(({ name, succeeded, failed, denied, cancelled, medianMs, p95Ms }) => ({
      name,
      succeeded,
      failed,
      denied,
      cancelled,
      medianMs,
      p95Ms,
      costMicroUsd: costOf.get(name) ?? 0,
    }))
    .sort(by((one) => [-(one.succeeded + one.failed + one.denied + one.cancelled), one.name]));
}

function totalsOf(
  { calls, usage, builds }: InsightParts,
  isWanted: (row: { readonly day: string }) => boolean,
): InsightTotals {
  const of = <T extends { readonly day: string }>(rows: readonly T[], value: (row: T) => number): number =>
    rows.filter(isWanted).reduce((sum, row) => sum + value(row), 0);
  return {
    calls: of(calls, ({ succeeded, failed, denied, cancelled }) => succeeded + failed + denied + cancelled),
    succeeded: of(calls, ({ succeeded }) => succeeded),
    failed: of(calls, ({ failed }) => failed),
    costMicroUsd: of(usage, ({ costMicroUsd }) => costMicroUsd),
    unpricedResponses: of(usage, ({ unpricedResponses }) => unpricedResponses),
    builds: of(builds, ({ completed, failed }) => completed + failed),
    failedBuilds: of(builds, ({ failed }) => failed),
  };
}

const dayOf = ({ day }: { readonly day: string }): [string] => [day];
const wholeMs = (ms: number | null): number | null => (ms === null ? null : Math.round(ms));

/** By the first part that differs; texts by their code units, which no locale of a server changes. */
const by =
  <T>(parts: (item: T) => readonly (string | number)[]) =>
  (a: T, b: T): number => {
    const [left, right] = [parts(a), parts(b)];
    for (const [index, one] of left.entries()) {
      const other = right[index];
      if (other === undefined || one === other) continue;
      return one < other ? -1 : 1;
    }
    return 0;
  };
