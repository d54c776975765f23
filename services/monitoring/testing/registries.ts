import type { Registry } from 'prom-client';
import { DependencyError } from '../../../shared/errors/index.ts';
import type { NatsLink } from '../../../shared/node/messaging/index.ts';
import { makeApiMetrics } from '../../analytics/api/metrics.ts';
import { observeStored } from '../../analytics/api/storedGauges.ts';
import { makeAlertMetrics } from '../../consumer/alerts/metrics.ts';
import { observeServers } from '../../consumer/gauges.ts';
import { makeMaintenanceMetrics } from '../../consumer/maintenanceMetrics.ts';
import { makeMetrics } from '../../consumer/metrics.ts';
import { makeWebMetrics } from '../../web/metrics.ts';

const build = { version: '0.0.0' };
const away = () => Promise.reject(new DependencyError('nats_unavailable', 'away', { retryable: true }));
const idle = { total: 0, idle: 0, waiting: 0 };

/** Everything that a consumer exports before anything happened, its servers away. */
export function makeConsumerRegistry(): Registry {
  const { registry, buriedAlert } = makeMetrics(build);
  const link: NatsLink = {
    inboxPrefix: '',
    status: () => ({ kind: 'closed' }),
    onStatus: () => () => false,
    ready: away,
    use: away,
    wake: () => undefined,
    close: away,
  };
  makeMaintenanceMetrics(registry);
  makeAlertMetrics(registry, { link, onBuried: buriedAlert });
  observeServers(registry, {
    link,
    database: { stats: () => ({ primary: idle, replica: null }) },
    activity: { silentMs: () => 0 },
    pulling: () => false,
    refusal: () => null,
  });
  return registry;
}

/** The same of the analytics API, its replica away. */
export function makeAnalyticsRegistry(): Registry {
  const { registry } = makeApiMetrics(build);
  observeStored(registry, { reader: { read: away, stats: () => idle, close: away } });
  return registry;
}

export const makeWebRegistry = (): Registry => makeWebMetrics(build).registry;
