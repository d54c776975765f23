import { expect, test, vi } from 'vitest';
import { clearAlert, makeAlert } from '../../../shared/contracts/testing/alerts.ts';
import { makeFakeClient, ok } from '../../testing/fakeClient.ts';
import { makeWindowStore } from '../../lib/windowStore.ts';
import { makeAlerts, type ServerAlert } from './alertsStore.ts';

const alert = (alertId: string, over: Partial<ServerAlert> = {}): ServerAlert =>
  makeAlert({ alertId, severity: 'warning', group: 'Linux', ...over });

function make(listed: readonly ServerAlert[] = [], alerts = true) {
  const client = makeFakeClient({ 'alert.list': () => ok({ alerts: [...listed] }) });
  const notify = vi.fn<(alert: ServerAlert) => void>();
  const storage = { getItem: () => null, setItem: () => undefined };
  const handle = makeAlerts({ client, notify, window: makeWindowStore(storage, { alerts }) });
  const ids = () => {
    const { open, over } = handle.store.getState();
    return { open: open.map(({ alertId }) => alertId), over: over.map(({ alertId }) => alertId) };
  };
  const push = (one: ServerAlert): void => client.push('alert.changed', { alert: one });
  return { ...handle, client, notify, ids, push };
}

test('critical ones stand before all others, then the newest', async () => {
  const late = alert('late', { group: 'a', raisedAt: '2026-11-23T13:00:00.000Z' });
  const { load, ids } = make([late, alert('early'), alert('worst', { group: 'b', severity: 'critical' })]);
  await load();
  expect(ids()).toEqual({ open: ['worst', 'late', 'early'], over: [] });
});

test('of one rule and group there is one notice, which says that it is over', () => {
  const { push, ids } = make();
  push(alert('a'));
  push(alert('b', { raisedAt: '2026-11-23T12:10:00.000Z' }));
  expect(ids()).toEqual({ open: ['b'], over: [] });
  push(clearAlert(alert('b')));
  expect(ids()).toEqual({ open: [], over: ['b'] });
  push(alert('c', { raisedAt: '2026-11-23T12:20:00.000Z' }));
  expect(ids()).toEqual({ open: ['c'], over: [] });
});

test('what was put away is neither shown again nor said to be over; the next of its rule is shown', () => {
  const { push, ids, dismiss } = make();
  push(alert('a'));
  dismiss('a');
  push(alert('a'));
  expect(ids()).toEqual({ open: [], over: [] });
  push(clearAlert(alert('a')));
  expect(ids()).toEqual({ open: [], over: [] });
  push(alert('b'));
  expect(ids().open).toEqual(['b']);
});

test('a person is called for a critical one alone, and not where alerts are off', () => {
  const on = make();
  on.push(alert('a'));
  expect(on.notify).not.toHaveBeenCalled();
  const critical = alert('b', { severity: 'critical' });
  on.push(critical);
  expect(on.notify).toHaveBeenCalledExactlyOnceWith(critical);
  const off = make([], false);
  off.push(critical);
  expect(off.notify).not.toHaveBeenCalled();
});

test('after the connection was away the alerts are asked for again', async () => {
  const { client, ids, push } = make([alert('b', { group: 'Windows' })]);
  push(alert('a'));
  client.setConnection('closed');
  client.setConnection('open');
  await expect.poll(ids).toEqual({ open: ['b'], over: [] });
});
