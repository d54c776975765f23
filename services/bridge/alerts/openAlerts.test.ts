import { expect, test } from 'vitest';
import type { Alert } from '../../../shared/contracts/index.ts';
import { clearAlert, makeAlert } from '../../../shared/contracts/testing/alerts.ts';
import { makeOpenAlerts } from './openAlerts.ts';

const at = (minute: number): string => new Date(Date.UTC(2026, 10, 23, 12, minute)).toISOString();
const alert = (alertId: string, minute: number, over: Partial<Alert> = {}): Alert =>
  makeAlert({ alertId, group: 'Linux', raisedAt: at(minute), ...over });
const cleared = (raised: Alert, minute: number): Alert => clearAlert(raised, at(minute));
const idsOf = ({ list }: ReturnType<typeof makeOpenAlerts>) => list().map(({ alertId }) => alertId);

test('an alert is open from raised to cleared, and told again it is the same', () => {
  const alerts = makeOpenAlerts();
  const raised = alert('a', 0);
  expect(alerts.take(raised)).toBe(true);
  expect(alerts.take(raised)).toBe(false);
  expect(idsOf(alerts)).toEqual(['a']);
  expect(alerts.take(cleared(raised, 5))).toBe(true);
  expect(idsOf(alerts)).toEqual([]);
});

test('a raise that is told after its end opens nothing', () => {
  const alerts = makeOpenAlerts();
  expect(alerts.take(cleared(alert('a', 0), 5))).toBe(false);
  expect(alerts.take(alert('a', 0))).toBe(false);
  expect(idsOf(alerts)).toEqual([]);
});

test('of one rule and group the newest is open, whatever is told late; others are beside it, newest first', () => {
  const alerts = makeOpenAlerts();
  for (const one of [alert('b', 10), alert('a', 0), alert('c', 20, { group: 'Windows' })]) alerts.take(one);
  expect(idsOf(alerts)).toEqual(['c', 'b']);
  expect(alerts.take(cleared(alert('a', 0), 12))).toBe(false);
  expect(idsOf(alerts)).toEqual(['c', 'b']);
});

test('the end of a later alert ends an earlier one of its rule whose end was not heard', () => {
  const alerts = makeOpenAlerts();
  alerts.take(alert('a', 0));
  expect(alerts.take(cleared(alert('b', 10), 12))).toBe(true);
  expect(alerts.take(alert('a', 0))).toBe(false);
  expect(idsOf(alerts)).toEqual([]);
});

test('of more than two hundred the oldest are left out', () => {
  const alerts = makeOpenAlerts();
  for (let n = 0; n < 205; n += 1) alerts.take(alert(`a${n}`, n, { group: `g${n}` }));
  expect(alerts.list()).toHaveLength(200);
  expect(alerts.list().at(-1)?.alertId).toBe('a5');
});
