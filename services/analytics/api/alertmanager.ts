import { createHash } from 'node:crypto';
import { z } from 'zod';
import { alertKinds, alertSubjectPrefix, type Alert } from '../../../shared/contracts/index.ts';

/** Under the base path; Alertmanager is told it as a webhook's `url`. */
export const webhookPath = '/alerts/prometheus';

const labels = z.record(z.string(), z.string());
const webhookAlert = z.object({
  status: z.enum(['firing', 'resolved']),
  labels,
  annotations: labels,
  startsAt: z.iso.datetime({ offset: true }),
  /** The year 1 while it is firing. */
  endsAt: z.iso.datetime({ offset: true }),
  fingerprint: z.string().min(1),
});

/** Version 4 of what Alertmanager posts, as far as it is used. */
export const webhookSchema = z.object({
  version: z.literal('4'),
  alerts: z.array(webhookAlert).max(1_000),
  /** Those beyond `max_alerts` of alertmanager.yml, which are not sent again. */
  truncatedAlerts: z.int().nonnegative().default(0),
});
export type WebhookAlert = z.infer<typeof webhookAlert>;

const maxWordChars = 128;
const maxSummaryChars = 2_000;

/** What every alert has; the other labels say what it is about. */
const commonLabels: ReadonlySet<string> = new Set(['alertname', 'severity', 'job', 'monitor', 'prometheus']);

/** The alert as every engine publishes it, and its subject. */
export function toAlert({ status, labels: given, annotations, startsAt, endsAt, fingerprint }: WebhookAlert): {
  readonly subject: string;
  readonly alert: Alert;
} {
  const ruleId = (given['alertname'] ?? 'unnamed').slice(0, maxWordChars);
  const severity = z.enum(['info', 'warning', 'critical']).catch('warning').parse(given['severity']);
  const about = Object.entries(given)
    .filter(([name]) => !commonLabels.has(name))
    .map(([name, value]) => `${name}=${value}`)
    .sort();
  const raisedAt = new Date(startsAt).toISOString();
  const said = annotations['summary'] ?? annotations['description'] ?? ruleId;
  const advice = annotations['summary'] === undefined ? undefined : annotations['description'];
  return {
    // Alert names of Prometheus may have what a subject's token may not.
    subject: `${alertSubjectPrefix}.prometheus.${ruleId.replaceAll(/[^\w-]/g, '_')}`,
    alert: {
      alertId: idOf(`prometheus ${fingerprint} ${raisedAt}`),
      source: 'prometheus',
      ruleId,
      kind: alertKinds.prometheus[0],
      severity,
      group: about.length === 0 ? 'all' : about.join(' ').slice(0, maxSummaryChars),
      state: status === 'firing' ? 'raised' : 'cleared',
      summary: said.slice(0, maxSummaryChars),
      ...(advice === undefined ? {} : { advice: advice.slice(0, maxSummaryChars) }),
      value: null,
      threshold: null,
      baseline: null,
      raisedAt,
      clearedAt: status === 'firing' ? null : new Date(endsAt).toISOString(),
    },
  };
}

/** A UUID of version 8 made from the text: Alertmanager tells the same alert again every few hours. */
function idOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 3) | 8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
