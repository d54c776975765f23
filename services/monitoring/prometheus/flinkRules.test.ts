import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import exporters from './exporters.json' with { type: 'json' };
import { slotName } from '../../analytics/flink/job/start.ts';

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');
const text = z.string().min(20);
const rules = z
  .object({
    groups: z.tuple([
      z.object({
        name: z.literal('spark-flink'),
        rules: z.array(
          z.strictObject({
            alert: z.string(),
            expr: z.string(),
            for: z.string().optional(),
            labels: z.strictObject({ severity: z.enum(['info', 'warning', 'critical']) }),
            annotations: z.strictObject({ summary: text, description: text }),
          }),
        ),
      }),
    ]),
  })
  .parse(parse(read('flink.rules.yml'))).groups[0].rules;

const { 'postgres_exporter 0.16 to 0.19': older, 'postgres_exporter 0.20': newer } = exporters;
const exported = [...older.metrics, ...newer.metrics];

test.each(rules)(
  "$alert looks at the job's slot, by metrics that there are, and is in the README",
  ({ alert, expr }) => {
    const selectors = [...expr.matchAll(/(pg_\w+)\{slot_name="([^"]+)"/g)];
    expect(selectors.length).toBeGreaterThan(0);
    expect(expr.match(/pg_replication_slots?_\w+/g)).toHaveLength(selectors.length);
    // Each by its old name and by its new one.
    const named = selectors.map(([, metric = '']) => metric);
    expect(named.filter((metric) => metric.includes('_slots_'))).toEqual(
      named.filter((metric) => !metric.includes('_slots_')).map((metric) => metric.replace('_slot_', '_slots_')),
    );
    for (const [, metric, slot] of selectors) {
      expect(exported).toContain(metric);
      expect(slot).toBe(slotName);
    }
    expect(read('../../analytics/flink/README.md')).toContain(`\`${alert}\``);
  },
);
