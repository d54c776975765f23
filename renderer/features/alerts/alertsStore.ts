import { createStore, type StoreApi } from 'zustand/vanilla';
import type { ApiClient, RouteOutput } from '../../../shared/contracts/api/index.ts';
import { makeFeatureContext } from '../../lib/featureContext.tsx';
import type { WindowStore } from '../../lib/windowStore.ts';

export type ServerAlert = RouteOutput<'alert.list'>['alerts'][number];

/** Alerts of the servers: what is wrong now, and what was shown here and is over. */
export interface AlertsState {
  /** Newest first, the critical ones before all others; none that was put away. */
  readonly open: readonly ServerAlert[];
  /** Shown while they were open; the newest first. */
  readonly over: readonly ServerAlert[];
}

export interface AlertsHandle {
  readonly store: StoreApi<AlertsState>;
  readonly load: () => Promise<void>;
  /** Not shown again; the next one of its rule is. */
  readonly dismiss: (alertId: string) => void;
  readonly close: () => void;
}

export const AlertsContext = makeFeatureContext<AlertsState, AlertsHandle>('alerts');

const maxOver = 3;
const rank = { critical: 0, warning: 1, info: 2 } as const;

export function makeAlerts({
  client,
  window,
  notify,
}: {
  readonly client: ApiClient;
  readonly window: WindowStore;
  /** Calls the person where the window is not in front. */
  readonly notify: (alert: ServerAlert) => void;
}): AlertsHandle {
  const store = createStore<AlertsState>(() => ({ open: [], over: [] }));
  const dismissed = new Set<string>();
  const sort = (alerts: readonly ServerAlert[]): ServerAlert[] =>
    alerts
      .filter(({ alertId }) => !dismissed.has(alertId))
      .sort((a, b) => rank[a.severity] - rank[b.severity] || b.raisedAt.localeCompare(a.raisedAt));

  function take(alert: ServerAlert): void {
    const { open, over } = store.getState();
    const others = open.filter((other) => !isSame(other, alert));
    if (alert.state === 'raised') {
      store.setState({ open: sort([alert, ...others]), over: over.filter((other) => !isSame(other, alert)) });
      if (alert.severity === 'critical' && window.getState().alerts) notify(alert);
      return;
    }
    const wasShown = others.length < open.length;
    store.setState({ open: others, over: wasShown ? [alert, ...over].slice(0, maxOver) : over });
  }
  async function load(): Promise<void> {
    const result = await client.request('alert.list', {});
    if (result.ok) store.setState({ open: sort(result.output.alerts) });
  }
  const stops = [
    client.on('alert.changed', ({ alert }) => take(alert)),
    client.connection.subscribe((connection) => {
      if (connection === 'open') void load();
    }),
  ];
  return {
    store,
    load,
    dismiss(alertId) {
      dismissed.add(alertId);
      store.setState(({ open, over }) => ({
        open: sort(open),
        over: over.filter((alert) => alert.alertId !== alertId),
      }));
    },
    close: () => stops.forEach((stop) => stop()),
  };
}

/** Of the same rule about the same thing: one notice. */
const isSame = (a: ServerAlert, b: ServerAlert): boolean =>
  a.source === b.source && a.ruleId === b.ruleId && a.group === b.group;
