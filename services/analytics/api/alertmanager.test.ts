import { expect, test } from 'vitest';
import { alertSchema } from '../../../shared/contracts/index.ts';
import { toAlert, webhookSchema, type WebhookAlert } from './alertmanager.ts';

/** As Alertmanager 0.25 posts it. */
const firing: WebhookAlert = {
  status: 'firing',
  labels: { alertname: 'SparkDeadLetters', reason: 'invalid_event', severity: 'warning', monitor: 'spark' },
  annotations: { summary: 'Events became dead letters: invalid_event', description: 'They are kept.' },
  startsAt: '2026-11-23T10:00:00.123456789Z',
  endsAt: '0001-01-01T00:00:00Z',
  fingerprint: 'b5f0a1c2d3e4f506',
};

test('an alert that fires is one of ours, under a subject with its name', () => {
  const { subject, alert } = toAlert(firing);
  expect(subject).toBe('alerts.spark.prometheus.SparkDeadLetters');
  expect(alertSchema.parse(alert)).toEqual({
    alertId: expect.any(String),
    source: 'prometheus',
    ruleId: 'SparkDeadLetters',
    kind: 'prometheus',
    severity: 'warning',
    group: 'reason=invalid_event',
    state: 'raised',
    summary: 'Events became dead letters: invalid_event',
    advice: 'They are kept.',
    value: null,
    threshold: null,
    baseline: null,
    raisedAt: '2026-11-23T10:00:00.123Z',
    clearedAt: null,
  });
});

test('told again, and told as over, it is the same alert; raised another time it is another one', () => {
  const again = toAlert(firing).alert;
  const over = toAlert({ ...firing, status: 'resolved', endsAt: '2026-11-23T10:05:00Z' }).alert;
  expect(again.alertId).toBe(toAlert(firing).alert.alertId);
  expect(over).toMatchObject({ alertId: again.alertId, state: 'cleared', clearedAt: '2026-11-23T10:05:00.000Z' });
  expect(toAlert({ ...firing, startsAt: '2026-11-23T11:00:00Z' }).alert.alertId).not.toBe(again.alertId);
});

test('what a subject or a severity may not be is replaced', () => {
  const { subject, alert } = toAlert({ ...firing, labels: { alertname: 'a b.>*', severity: 'page' }, annotations: {} });
  expect(subject).toBe('alerts.spark.prometheus.a_b___');
  expect(alertSchema.parse(alert)).toMatchObject({ severity: 'warning', group: 'all', summary: 'a b.>*' });
});

test('only version 4 of the webhook is taken', () => {
  expect(webhookSchema.safeParse({ version: '4', alerts: [firing], receiver: 'spark' }).success).toBe(true);
  expect(webhookSchema.parse({ version: '4', alerts: [firing], truncatedAlerts: 7 }).truncatedAlerts).toBe(7);
  expect(webhookSchema.safeParse({ version: '3', alerts: [firing] }).success).toBe(false);
  expect(webhookSchema.safeParse({ version: '4', alerts: [{ ...firing, startsAt: 'now' }] }).success).toBe(false);
});
