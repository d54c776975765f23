import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { knownMetrics, metricsOf } from '../testing/promql.ts';
import { ruleFiles, rulesSchema } from '../testing/rules.ts';
import { dashboards } from './source/index.ts';
import { prometheusUid, replicaUid } from './source/panel.ts';

const read = (file: string): string => readFileSync(new URL(file, import.meta.url), 'utf8');

/* The part of Grafana's dashboard JSON (schema version 39) that is used, so strict that a misspelt field is found. */
const datasource = z.discriminatedUnion('uid', [
  z.strictObject({ uid: z.literal(prometheusUid), type: z.literal('prometheus') }),
  z.strictObject({ uid: z.literal(replicaUid), type: z.literal('grafana-postgresql-datasource') }),
]);
const target = z.union([
  z.strictObject({
    refId: z.string().regex(/^[A-Z]$/),
    datasource,
    expr: z.string().min(1),
    legendFormat: z.string().min(1),
    range: z.literal(true),
  }),
  z.strictObject({
    refId: z.string(),
    datasource,
    editorMode: z.literal('code'),
    format: z.enum(['table', 'time_series']),
    rawQuery: z.literal(true),
    rawSql: z.string().min(1),
  }),
]);
const gridPos = z.strictObject({
  x: z.int().min(0).max(23),
  y: z.int().min(0),
  w: z.int().min(1).max(24),
  h: z.int().min(1),
});
const row = z.strictObject({
  id: z.int().positive(),
  type: z.literal('row'),
  title: z.string().min(1),
  gridPos,
  collapsed: z.boolean(),
  panels: z.tuple([]),
});
const panel = z.strictObject({
  id: z.int().positive(),
  type: z.enum(['timeseries', 'stat', 'table']),
  title: z.string().min(1),
  description: z.string().min(1),
  gridPos,
  datasource,
  targets: z.array(target).min(1),
  fieldConfig: z.strictObject({
    defaults: z.strictObject({
      unit: z.string(),
      min: z.number().optional(),
      custom: z.record(z.string(), z.unknown()),
      thresholds: z.strictObject({
        mode: z.literal('absolute'),
        steps: z.array(z.strictObject({ color: z.string(), value: z.number().nullable() })).min(1),
      }),
    }),
    overrides: z.tuple([]),
  }),
  options: z.record(z.string(), z.unknown()),
});
const dashboardSchema = z.strictObject({
  uid: z.string().regex(/^[\w-]{1,40}$/),
  title: z.string().min(1),
  description: z.string().min(1),
  tags: z.array(z.string()),
  schemaVersion: z.literal(39),
  version: z.int(),
  editable: z.literal(false),
  graphTooltip: z.int(),
  timezone: z.literal('utc'),
  refresh: z.string(),
  time: z.strictObject({ from: z.string().regex(/^now-\d+[hd]$/), to: z.literal('now') }),
  templating: z.strictObject({ list: z.tuple([]) }),
  annotations: z.strictObject({ list: z.tuple([]) }),
  links: z.array(z.record(z.string(), z.unknown())),
  panels: z.array(z.union([row, panel])).min(5),
});

const names = Object.keys(dashboards);
const load = (name: string) => dashboardSchema.parse(JSON.parse(read(`dashboards/${name}`)));

test('there are four, each with an address of its own', () => {
  expect(names).toEqual(['pipeline.json', 'usage.json', 'functions.json', 'services.json']);
  expect(new Set(names.map((name) => load(name).uid)).size).toBe(4);
});

describe.each(names)('%s', (name) => {
  test('the file is what the source makes: run node services/monitoring/grafana/writeDashboards.ts after changing one', () => {
    expect(JSON.parse(read(`dashboards/${name}`))).toEqual(JSON.parse(JSON.stringify(dashboards[name])));
  });

  test('panels have ids of their own and do not lie on each other', () => {
    const { panels } = load(name);
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) => {
      expect(x + w).toBeLessThanOrEqual(24);
      return Array.from({ length: w * h }, (_, index) => `${x + (index % w)} ${y + Math.floor(index / w)}`);
    });
    expect(new Set(cells).size).toBe(cells.length);
  });

  test('PromQL reads only what our programs, an exporter or a recording rule tells', () => {
    const known = knownMetrics();
    for (const file of ruleFiles) {
      const { groups } = rulesSchema.parse(parse(read(`../prometheus/${file}`)));
      for (const rule of groups.flatMap(({ rules }) => rules)) if ('record' in rule) known.add(rule.record);
    }
    for (const { title, ...rest } of load(name).panels) {
      if (rest.type === 'row') continue;
      for (const one of rest.targets) {
        if ('expr' in one)
          expect(
            metricsOf(one.expr).filter((metric) => !known.has(metric)),
            title,
          ).toEqual([]);
        expect(one.datasource).toEqual(rest.datasource);
      }
    }
  });
});

test('the datasources that the panels name are provisioned, and no password stands in the file', () => {
  const { datasources } = z
    .object({
      datasources: z.array(
        z.object({
          uid: z.string(),
          type: z.string(),
          secureJsonData: z.record(z.string(), z.string().startsWith('$')).optional(),
        }),
      ),
    })
    .parse(parse(read('provisioning/datasources/spark.yml')));
  expect(datasources.map(({ uid, type }) => [uid, type])).toEqual([
    [prometheusUid, 'prometheus'],
    [replicaUid, 'postgres'],
  ]);
  expect(read('provisioning/dashboards/spark.yml')).toContain('type: file');
});
