import { z } from 'zod';

/** As Prometheus loads them. */
export const ruleFiles = [
  'consumer.rules.yml',
  'flink-job.rules.yml',
  'flink.rules.yml',
  'recording.rules.yml',
  'spark.rules.yml',
] as const;

const alertRule = z.strictObject({
  alert: z.string().regex(/^Spark\w+$/),
  expr: z.string(),
  for: z.string().optional(),
  labels: z.strictObject({ severity: z.enum(['info', 'warning', 'critical']) }),
  annotations: z.strictObject({ summary: z.string(), description: z.string() }),
});
const recordingRule = z.strictObject({ record: z.string().regex(/^spark:\w+:\w+$/), expr: z.string() });

/** A file of rules, as strict as our own are. */
export const rulesSchema = z.strictObject({
  groups: z.array(z.strictObject({ name: z.string(), rules: z.array(z.union([alertRule, recordingRule])) })),
});
export type AlertRule = z.infer<typeof alertRule>;
