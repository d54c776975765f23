import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
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

/** The metrics of slots in postgres_exporter's collector `replication_slot`. */
const exported = [
  'pg_replication_slot_slot_current_wal_lsn',
  'pg_replication_slot_slot_confirmed_flush_lsn',
  'pg_replication_slot_slot_is_active',
  'pg_replication_slot_safe_wal_size_bytes',
  'pg_replication_slot_wal_status',
];

test.each(rules)(
  "$alert looks at the job's slot, by metrics that there are, and is in the README",
  ({ alert, expr }) => {
    const selectors = [...expr.matchAll(/(pg_\w+)\{slot_name="([^"]+)"/g)];
    expect(selectors.length).toBeGreaterThan(0);
    expect(expr.match(/pg_\w+/g)).toHaveLength(selectors.length);
    for (const [, metric, slot] of selectors) {
      expect(exported).toContain(metric);
      expect(slot).toBe(slotName);
    }
    expect(read('../../analytics/flink/README.md')).toContain(`\`${alert}\``);
  },
);
