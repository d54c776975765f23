import { randomUUID } from 'node:crypto';
import type { Alert } from '../shared/contracts/index.ts';
import { makeLogger } from '../shared/node/logging/index.ts';
import { connectNats, makeAlertPublisher } from '../shared/node/messaging/index.ts';
import { expect, test as base } from './fixtures.ts';

const test = base.extend<{ tell: (alert: Alert) => Promise<void> }>({
  /** Publishes as an engine does. */
  tell: async ({ environment }, use) => {
    const url = environment.sandbox.env['NATS_URL'] ?? '';
    const link = connectNats({ url, name: 'e2e-alerts', logger: makeLogger({ name: 'e2e-alerts', level: 'error' }) });
    await link.ready();
    const publish = makeAlertPublisher(link);
    await use((alert) => publish(`alerts.spark.${alert.source}.${alert.ruleId}`, alert));
    await link.close();
  },
});

const alertOf = (summary: string): Alert => ({
  alertId: randomUUID(),
  source: 'storm',
  ruleId: 'builds-fail',
  kind: 'builds_failed',
  severity: 'critical',
  group: `Linux-${randomUUID()}`,
  state: 'raised',
  summary,
  value: 3,
  threshold: 3,
  baseline: null,
  raisedAt: new Date().toISOString(),
  clearedAt: null,
});
const cleared = (raised: Alert): Alert => ({ ...raised, state: 'cleared', clearedAt: new Date().toISOString() });

test('an alert of the servers appears once, outlives a reload, and is said to be over', async ({ window, tell }) => {
  const raised = alertOf('Builds fail one after another');
  const alerts = window.getByRole('region', { name: 'Alerts of the servers' });
  const open = alerts.getByRole('alert').filter({ hasText: raised.group });
  await tell(raised);
  await expect(open).toContainText('Critical: Builds fail one after another');
  await expect(open).toContainText('The build panel has the last failure');
  await tell(raised);
  await window.reload();
  await expect(open).toHaveCount(1);

  await tell(cleared(raised));
  await expect(open).toHaveCount(0);
  const over = alerts.getByRole('status').filter({ hasText: raised.group });
  await expect(over).toContainText('Over: Builds fail one after another');
  await over.getByRole('button', { name: 'Dismiss' }).click();
  await expect(over).toHaveCount(0);
});

test('what is put away stays away, and the setting turns all of them off', async ({ window, tell }) => {
  const raised = alertOf('Calls fail');
  const other = alertOf('Calls are slow');
  const alerts = window.getByRole('region', { name: 'Alerts of the servers' });
  const open = alerts.getByRole('alert');
  try {
    await tell(raised);
    await open.filter({ hasText: 'Calls fail' }).getByRole('button', { name: 'Dismiss' }).click();
    await tell(other);
    await expect(open.filter({ hasText: 'Calls are slow' })).toHaveCount(1);
    await expect(open.filter({ hasText: 'Calls fail' })).toHaveCount(0);

    await window.getByRole('navigation', { name: 'Screens' }).getByRole('button', { name: 'Settings' }).click();
    const setting = window.getByRole('group', { name: 'Alerts of the servers' });
    await setting.getByRole('radio', { name: 'Off' }).check();
    await expect(alerts).toHaveCount(0);
    await setting.getByRole('radio', { name: 'On' }).check();
    await expect(open.filter({ hasText: 'Calls are slow' })).toHaveCount(1);
  } finally {
    await tell(cleared(raised));
    await tell(cleared(other));
  }
});
