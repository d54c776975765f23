import type { Database } from '../../database/index.ts';
import type { Lifecycle } from '../../shared/node/lifecycle/index.ts';
import type { Logger } from '../../shared/node/logging/index.ts';
import type { NatsLink } from '../../shared/node/messaging/index.ts';
import { watchActivity } from './activity.ts';
import { startAlertKeeper, type AlertKeeper } from './alerts/keeper.ts';
import { makeAlertMetrics } from './alerts/metrics.ts';
import { startConsumer, type Consumer, type ConsumerOptions } from './consumer.ts';
import { observeServers } from './gauges.ts';
import { makeHealth } from './health.ts';
import { startHealthServer } from './healthServer.ts';
import { makeMaintenanceMetrics } from './maintenanceMetrics.ts';
import { startMaintenance } from './maintenanceTimer.ts';
import { makeMetrics } from './metrics.ts';
import { startServiceManager } from './sdNotify.ts';
import { limitsOf, type Settings } from './settings.ts';
import { waitForServers } from './startup.ts';

/**
 * The service as a whole: metrics and health from the first moment, then the servers are waited for, then it consumes
 * until `lifecycle` ends or a bug does. `announce` gets the address of the metrics when the first messages are pulled.
 */
export async function runService(needs: {
  readonly settings: Settings;
  readonly logger: Logger;
  readonly link: NatsLink;
  readonly database: Database;
  /** Its own connections, with a longer time limit for a statement. */
  readonly maintenanceDatabase: Pick<Database, 'exclusively'>;
  readonly lifecycle: Lifecycle;
  readonly version: string;
  /** As of `startConsumer`. */
  readonly takeFor?: ConsumerOptions['takeFor'];
  readonly announce: (facts: { readonly metrics: string }) => void;
}): Promise<void> {
  const { settings, logger, link, database, maintenanceDatabase, lifecycle, version, announce, takeFor } = needs;
  const metrics = makeMetrics({ version });
  const maintenanceMetrics = makeMaintenanceMetrics(metrics.registry);
  const alertMetrics = makeAlertMetrics(metrics.registry, { link, onBuried: metrics.buriedAlert });
  const activity = watchActivity();
  let consumer: Consumer | undefined;
  let keeper: AlertKeeper | undefined;
  const pulling = (): boolean => consumer?.pulling() ?? false;
  const refusal = () => consumer?.refusal() ?? null;
  // Readiness is of events alone: an upgrade waits for it, and a keeper of alerts that is stuck must not hold that up. Its
  // own gauges, and rules on them, tell of it.
  const health = makeHealth({ link, database, activity, pulling, refusal });
  const anyRefusal = () => refusal() ?? keeper?.refusal() ?? null;
  observeServers(metrics.registry, { link, database, activity, pulling, refusal: anyRefusal });
  const server = await startHealthServer({
    host: settings.SPARK_METRICS_HOST,
    port: settings.SPARK_METRICS_PORT,
    registry: metrics.registry,
    health,
  });
  lifecycle.own('health server', () => server.close());
  logger.info({ url: server.url }, 'metrics and health are served');

  const systemd = startServiceManager({
    socket: settings.NOTIFY_SOCKET,
    watchdogUsec: settings.WATCHDOG_USEC,
    isAlive: () => health.alive().ok,
    describe: () => describe(link, pulling()),
    logger,
  });
  // Told first, so that systemd knows why the rest takes its time.
  lifecycle.signal.addEventListener('abort', () => void systemd.stopping(), { once: true });
  lifecycle.own('systemd', () => systemd.stopping());

  await waitForServers({ settings, logger, link, database, signal: lifecycle.signal });
  const maintenance = startMaintenance({
    database: maintenanceDatabase,
    logger: logger.child({ part: 'maintenance' }),
    metrics: maintenanceMetrics,
    signal: lifecycle.signal,
  });
  // Released after the consumer, which needs the time more.
  lifecycle.own('maintenance', () => maintenance.stop());
  const streams = { replicas: settings.SPARK_NATS_REPLICAS };
  consumer = startConsumer({
    link,
    database,
    logger,
    metrics,
    activity,
    ...limitsOf(settings),
    streams,
    retentionDays: settings.SPARK_RETENTION_DAYS,
    ...(takeFor === undefined ? {} : { takeFor }),
    onReady: () => {
      systemd.ready();
      announce({ metrics: server.url });
    },
  });
  keeper = startAlertKeeper({
    link,
    database,
    logger: logger.child({ part: 'alerts' }),
    metrics: alertMetrics,
    activity,
    streams,
    ackWaitMs: limitsOf(settings).ackWaitMs,
  });
  const parts = [consumer, keeper];
  lifecycle.own('consumer', async () => {
    await Promise.all(parts.map((part) => part.stop()));
  });
  await Promise.all(parts.map((part) => part.done));
}

function describe(link: NatsLink, pulling: boolean): string {
  const status = link.status();
  if (status.kind === 'connecting') return `waiting for NATS: ${status.detail}`;
  return pulling ? 'writing events to PostgreSQL' : 'waiting for PostgreSQL';
}
