import { z } from 'zod';
import type { Alert } from '../../shared/contracts/index.ts';
import type { SqlClient } from '../pool.ts';

const time = z.date().transform((at) => at.toISOString());
const alertRow = z.object({
  alertId: z.string(),
  source: z.string(),
  ruleId: z.string(),
  kind: z.string(),
  severity: z.enum(['info', 'warning', 'critical']),
  group: z.string(),
  state: z.enum(['raised', 'cleared']),
  summary: z.string(),
  value: z.number().nullable(),
  threshold: z.number().nullable(),
  baseline: z.number().nullable(),
  raisedAt: time,
  clearedAt: time.nullable(),
  /** With all digits: two alerts of one millisecond have different places. */
  place: z.string(),
});
const columns = `alert_id AS "alertId", source, rule_id AS "ruleId", kind, severity, group_name AS "group", state, summary,
  value, threshold, baseline, raised_at AS "raisedAt", cleared_at AS "clearedAt",
  to_char(raised_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS place`;
export interface StoredAlert {
  readonly alert: Alert;
  /** Where the next page begins, for `after`. */
  readonly place: { readonly raisedAt: string; readonly alertId: string };
}

const toStored = ({ place, ...alert }: z.infer<typeof alertRow>): StoredAlert => ({
  alert,
  place: { raisedAt: place, alertId: alert.alertId },
});

/** Keeps an alert as it was told; may be repeated, in any order. For a role that may execute `spark_keep_alert`. */
export async function keepAlert(client: SqlClient, alert: Alert): Promise<void> {
  await client.run({ text: 'SELECT spark_keep_alert($1)', values: [JSON.stringify(alert)] });
}

/** Alerts, newest first; those of one state where it is given, and those behind `after`. */
export async function readAlerts(
  reader: SqlClient,
  options: {
    readonly state: Alert['state'] | null;
    readonly limit: number;
    readonly after: StoredAlert['place'] | null;
  },
): Promise<StoredAlert[]> {
  const { state, limit, after } = options;
  const rows = await reader.rows(
    {
      text: `SELECT ${columns} FROM spark_alerts
             WHERE ($1::text IS NULL OR (cleared_at IS NULL) = ($1 = 'raised'))
               AND ($2::timestamptz IS NULL OR (raised_at, alert_id) < ($2, $3::uuid))
             ORDER BY raised_at DESC, alert_id DESC LIMIT $4`,
      values: [state, after?.raisedAt ?? null, after?.alertId ?? null, limit],
    },
    alertRow,
  );
  return rows.map(toStored);
}

/** Those of these ids that are kept, as they are kept now. */
export async function findAlerts(reader: SqlClient, alertIds: readonly string[]): Promise<StoredAlert[]> {
  const rows = await reader.rows(
    { text: `SELECT ${columns} FROM spark_alerts WHERE alert_id = ANY($1::uuid[])`, values: [[...alertIds]] },
    alertRow,
  );
  return rows.map(toStored);
}

/** Open alerts by severity; a severity without any is left out. */
export function countOpenAlerts(reader: SqlClient): Promise<{ readonly severity: string; readonly alerts: number }[]> {
  return reader.rows(
    { text: `SELECT severity, count(*) AS alerts FROM spark_alerts WHERE cleared_at IS NULL GROUP BY severity` },
    z.object({ severity: z.string(), alerts: z.coerce.number() }),
  );
}
