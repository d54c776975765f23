import type { Alert } from '../alerts.ts';

/** An alert of Storm's that was raised at noon of 23 November 2026. */
export const makeAlert = (facts: Pick<Alert, 'alertId' | 'group'> & Partial<Alert>): Alert => ({
  source: 'storm',
  ruleId: 'builds-fail',
  kind: 'builds_failed',
  severity: 'critical',
  state: 'raised',
  summary: 'Builds fail.',
  value: 3,
  threshold: 3,
  baseline: null,
  raisedAt: '2026-11-23T12:00:00.000Z',
  clearedAt: null,
  ...facts,
});

/** The same alert at its end, five past noon unless told otherwise. */
export const clearAlert = (raised: Alert, clearedAt = '2026-11-23T12:05:00.000Z'): Alert => ({
  ...raised,
  state: 'cleared',
  clearedAt,
});
