/*
 * What the dashboards are made of, as far as they use Grafana's dashboard JSON (schema version 39). A row of panels is
 * given as a list; places and ids are counted here, so that a panel can be put in anywhere.
 */
export const prometheusUid = 'spark-prometheus';
export const replicaUid = 'spark-replica';

type Unit = 'short' | 'percentunit' | 's' | 'ms' | 'bytes' | 'ops' | 'currencyUSD' | 'bool_on_off' | 'none';

interface Target {
  readonly refId: string;
  readonly datasource: { readonly type: string; readonly uid: string };
  readonly [field: string]: unknown;
}

export interface Panel {
  readonly type: 'timeseries' | 'stat' | 'table';
  readonly title: string;
  readonly description: string;
  /** Of the dashboard's 24 columns. */
  readonly width: number;
  readonly unit: Unit;
  readonly targets: readonly Target[];
  readonly bars?: boolean;
  readonly stacked?: boolean;
  /** From which value on it is shown as bad. */
  readonly badFrom?: number;
}

export interface DashboardSource {
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly from: string;
  readonly rows: readonly { readonly title: string; readonly panels: readonly Panel[] }[];
}

/** PromQL by legend; `{{label}}` in a legend is the label's value. */
export const promql = (queries: Readonly<Record<string, string>>): Target[] =>
  Object.entries(queries).map(([legendFormat, expr], index) => ({
    refId: letter(index),
    datasource: { type: 'prometheus', uid: prometheusUid },
    expr,
    legendFormat,
    range: true,
  }));

/** One SQL query on the replica; `time_series` needs the columns time, metric and a value. */
export const sql = (rawSql: string, format: 'time_series' | 'table' = 'table'): Target[] => [
  {
    refId: 'A',
    datasource: { type: 'grafana-postgresql-datasource', uid: replicaUid },
    editorMode: 'code',
    format,
    rawQuery: true,
    rawSql: rawSql.trim().replaceAll(/\n\s+/g, '\n'),
  },
];

const letter = (index: number): string => String.fromCodePoint(65 + index);
const panelHeight = 8;
const statHeight = 4;

/** The dashboard as Grafana reads it. */
export function makeDashboard(source: DashboardSource): Record<string, unknown> {
  const panels: Record<string, unknown>[] = [];
  let y = 0;
  const place = (made: Record<string, unknown>, at: { x: number; w: number; h: number }): void => {
    panels.push({ id: panels.length + 1, gridPos: { ...at, y }, ...made });
  };
  for (const { title, panels: row } of source.rows) {
    place({ type: 'row', title, collapsed: false, panels: [] }, { x: 0, w: 24, h: 1 });
    y += 1;
    let x = 0;
    let height = 0;
    for (const panel of row) {
      if (x + panel.width > 24) {
        y += height;
        [x, height] = [0, 0];
      }
      const h = panel.type === 'stat' ? statHeight : panelHeight;
      place(makePanel(panel), { x, w: panel.width, h });
      x += panel.width;
      height = Math.max(height, h);
    }
    y += height;
  }
  const { uid, title, description, from } = source;
  return {
    uid,
    title,
    description,
    tags: ['spark'],
    schemaVersion: 39,
    version: 1,
    editable: false,
    graphTooltip: 1,
    timezone: 'utc',
    refresh: '1m',
    time: { from, to: 'now' },
    templating: { list: [] },
    annotations: { list: [] },
    links: [
      { type: 'dashboards', title: 'SPARK', tags: ['spark'], asDropdown: true, includeVars: false, keepTime: true },
    ],
    panels,
  };
}

function makePanel({ type, title, description, unit, targets, bars = false, stacked = false, badFrom }: Panel) {
  const steps = [{ color: 'green', value: null }, ...(badFrom === undefined ? [] : [{ color: 'red', value: badFrom }])];
  const [first] = targets;
  const custom =
    type === 'timeseries'
      ? {
          drawStyle: bars ? 'bars' : 'line',
          fillOpacity: bars ? 80 : 10,
          lineWidth: 1,
          showPoints: 'never',
          stacking: { mode: stacked ? 'normal' : 'none', group: 'A' },
          thresholdsStyle: { mode: badFrom === undefined ? 'off' : 'dashed' },
        }
      : {};
  return {
    type,
    title,
    description,
    datasource: first?.datasource,
    targets,
    fieldConfig: {
      defaults: { unit, min: type === 'table' ? undefined : 0, custom, thresholds: { mode: 'absolute', steps } },
      overrides: [],
    },
    options: optionsOf[type],
  };
}

const optionsOf = {
  timeseries: {
    legend: { displayMode: 'list', placement: 'bottom', showLegend: true },
    tooltip: { mode: 'multi', sort: 'desc' },
  },
  stat: {
    colorMode: 'value',
    graphMode: 'none',
    justifyMode: 'auto',
    reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false },
    textMode: 'auto',
  },
  table: { cellHeight: 'sm', showHeader: true, footer: { show: false } },
} as const;
