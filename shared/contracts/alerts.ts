import { z } from 'zod';

const time = z.iso.datetime();

/** Subjects of alerts: `alerts.spark.<source>.<rule>`. */
export const alertSubjectPrefix = 'alerts.spark';

/** The source that the subject of an alert names; null for a subject that is none. */
export const alertSourceOf = (subject: string): string | null =>
  /^alerts\.spark\.([^.]+)\../.exec(subject)?.[1] ?? null;

/** What each source tells of, as the `kind` of its alerts; one that is newer than this program may tell of more. */
export const alertKinds = {
  storm: ['error_rate', 'latency', 'builds_failed', 'budget', 'dead_letters', 'silent_consumer'],
  airflow: ['task_failed', 'run_timed_out'],
  prometheus: ['prometheus'],
} as const;
export type AlertKind = (typeof alertKinds)[keyof typeof alertKinds][number];

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
  /** What to do, where the source says it; for who hears the alert, and not kept. */
  advice: z.string().optional(),
  /** The figure that was over its threshold, in the unit of the kind; null where the source tells none. */
  value: z.number().nullable(),
  threshold: z.number().nullable(),
  baseline: z.number().nullable(),
  raisedAt: time,
  clearedAt: time.nullable(),
});
export type Alert = z.infer<typeof alertSchema>;
