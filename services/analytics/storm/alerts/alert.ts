import { z } from 'zod';
import { ruleKinds } from '../rules/ruleSchema.ts';

const time = z.iso.datetime();

/** What is published on `alerts.spark.storm.<ruleId>`: once when it is raised and once when it clears. */
export const alertSchema = z.object({
  /** Of rule, group and the time it was raised: the same whoever tells of it and however often. */
  alertId: z.uuid(),
  ruleId: z.string(),
  kind: z.enum(ruleKinds),
  severity: z.enum(['info', 'warning', 'critical']),
  /** The function, person, target, model or consumer that it is about; `all` of a rule over everything. */
  group: z.string(),
  state: z.enum(['raised', 'cleared']),
  summary: z.string(),
  /** Share, milliseconds, builds, micro-dollars or dead letters, by kind. */
  value: z.number(),
  threshold: z.number(),
  baseline: z.number().nullable(),
  raisedAt: time,
  clearedAt: time.nullable(),
});
export type Alert = z.infer<typeof alertSchema>;

export const alertSubjectOf = ({ ruleId }: Pick<Alert, 'ruleId'>): string => `alerts.spark.storm.${ruleId}`;
