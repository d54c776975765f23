import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Alert } from '../../../../../shared/contracts/index.ts';
import { alertsAsWay } from './alerts.ts';
import { compareWays } from './compare.ts';

const raised = (group: string): Alert => ({
  alertId: randomUUID(),
  source: 'storm',
  ruleId: 'builds-fail',
  kind: 'builds_failed',
  severity: 'warning',
  group,
  state: 'raised',
  summary: 'Builds failed.',
  value: 3,
  threshold: 3,
  baseline: null,
  raisedAt: '2026-11-23T10:00:00.000Z',
  clearedAt: null,
});
const cleared = (alert: Alert): Alert => ({ ...alert, state: 'cleared', clearedAt: '2026-11-23T10:05:00.000Z' });

test('an alert that was told twice, or raised after it cleared, is one that cleared', () => {
  const one = raised('WebGL');
  expect(alertsAsWay('NATS', [one, one, cleared(one), one]).figures).toEqual([
    { figure: 'alerts', name: 'builds-fail WebGL', value: 1 },
    { figure: 'alerts that cleared', name: 'builds-fail WebGL', value: 1 },
  ]);
});

test('an alert that was told and not kept, and one kept as open that is over, differ', () => {
  const [one, other] = [raised('WebGL'), raised('Android')];
  const found = compareWays('alert', [
    alertsAsWay('NATS', [one, other, cleared(one)]),
    alertsAsWay('spark_alerts', [one]),
  ]);
  expect(found.rows.filter(({ differ }) => differ.length > 0).map(({ figure, name }) => `${figure} ${name}`)).toEqual([
    'alerts builds-fail Android',
    'alerts that cleared builds-fail Android',
    'alerts that cleared builds-fail WebGL',
  ]);
});
