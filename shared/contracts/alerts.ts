import { z } from 'zod';

const time = z.iso.datetime();

/** Subjects of alerts: `alerts.spark.<source>.<rule>`. */
export const alertSubjectPrefix = 'alerts.spark';

/** An alert of any engine, as it is kept in `spark_alerts`: told once when it is raised and once when it clears. */
export const alertSchema = z.object({
  /** Of source, rule, group and the time it was raised: the same whoever tells of it and however often. */
  alertId: z.uuid(),
  /** Who raised it: storm, airflow, prometheus. */
  source: z.string().min(1),
  ruleId: z.string().min(1),
  kind: z.string(),
  severity: z.enum(['info', 'warning', 'critical']),
  /** The function, person, target, model or consumer that it is about; `all` of a rule over everything. */
  group: z.string(),
  state: z.enum(['raised', 'cleared']),
  summary: z.string(),
  /** The figure that was over its threshold, in the unit of the kind; null where the source tells none. */
  value: z.number().nullable(),
  threshold: z.number().nullable(),
  baseline: z.number().nullable(),
  raisedAt: time,
  clearedAt: time.nullable(),
});
export type Alert = z.infer<typeof alertSchema>;
