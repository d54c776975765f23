import type { InsightsView } from '../../../shared/contracts/api/index.ts';

type Row = readonly (string | number | null)[];

/** Every figure of the view, one a line: table, UTC day (empty: of the whole range), name, measure, value. */
export function csvOf(view: InsightsView): string {
  const rows: Row[] = [
    ['table', 'day', 'name', 'measure', 'value'],
    ...view.usage.flatMap(({ day, provider, model, costMicroUsd, ...counts }) => [
      ...measures('usage', day, `${provider}/${model}`, counts),
      ['usage', day, `${provider}/${model}`, 'costUsd', costMicroUsd / 1_000_000],
    ]),
    ...view.calls.flatMap(({ day, ...counts }) => measures('calls', day, '', counts)),
    ...view.builds.flatMap(({ day, ...counts }) => measures('builds', day, '', counts)),
    ...view.functions.flatMap(({ name, costMicroUsd, medianMs, p95Ms, ...counts }) => [
      ...measures('functions', '', name, { ...counts, medianBoundMs: medianMs, p95BoundMs: p95Ms }),
      ['functions', '', name, 'costUsd', costMicroUsd / 1_000_000],
    ]),
    ...view.targets.flatMap(({ target, ...counts }) => measures('build targets', '', target, counts)),
    ...view.errors.map(({ name, code, errors }): Row => ['errors', '', name, code, errors]),
    ...view.events.map(({ type, events }): Row => ['events', '', type, 'events', events]),
  ];
  return `${rows.map((row) => row.map(cellOf).join(',')).join('\r\n')}\r\n`;
}

const measures = (table: string, day: string, name: string, of: Readonly<Record<string, number | null>>): Row[] =>
  Object.entries(of).map(([measure, value]) => [table, day, name, measure, value]);

/** Names come from models and files: a spreadsheet must not take one for a formula. */
function cellOf(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
