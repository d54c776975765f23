import type { Registry } from 'prom-client';
import { DependencyError } from '../../../shared/errors/index.ts';
import { makeApiMetrics } from '../../analytics/api/metrics.ts';
import { observeStored } from '../../analytics/api/storedGauges.ts';
import { observeServers } from '../../consumer/gauges.ts';
import { makeMaintenanceMetrics } from '../../consumer/maintenanceMetrics.ts';
import { makeMetrics } from '../../consumer/metrics.ts';
import { makeWebMetrics } from '../../web/metrics.ts';

const build = { version: '0.0.0' };
const away = () => Promise.reject(new DependencyError('nats_unavailable', 'away', { retryable: true }));
const idle = { total: 0, idle: 0, waiting: 0 };

/** Everything that a consumer exports before anything happened, its servers away. */
export function makeConsumerRegistry(): Registry {
  const { registry } = makeMetrics(build);
  makeMaintenanceMetrics(registry);
  observeServers(registry, {
    link: {
      inboxPrefix: '',
      status: () => ({ kind: 'closed' }),
      onStatus: () => () => false,
      ready: away,
      use: away,
      wake: () => undefined,
      close: away,
    },
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
