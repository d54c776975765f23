import { Counter, Gauge, type Registry } from 'prom-client';
import { alertDurableName, alertStreamName, type Alert } from '../../../shared/contracts/index.ts';
import { readDurable, type NatsLink } from '../../../shared/node/messaging/index.ts';

export interface AlertMetrics {
  readonly kept: (state: Alert['state']) => void;
  readonly buried: (reason: string) => void;
  /** An attempt to use NATS or PostgreSQL failed; it is tried again. */
  readonly failed: () => void;
  readonly pulling: (pulling: boolean) => void;
}

/** `buried` is counted with the events' dead letters by `onBuried`. */
export function makeAlertMetrics(
  registry: Registry,
  needs: { readonly link: NatsLink; readonly onBuried: (reason: string) => void },
): AlertMetrics {
  const registers = [registry];
  const alerts = new Counter({
    name: 'spark_consumer_alerts_total',
    help: 'Alerts of SPARK_ALERTS by what became of them: raised and cleared are kept, dead_letter is not.',
    labelNames: ['outcome'],
    registers,
  });
  const errors = new Counter({
    name: 'spark_consumer_alert_errors_total',
    help: 'Failed attempts to pull or keep alerts; each is tried again.',
    registers,
  });
  // Told by this process: the lag is NATS's to tell, and is left out just when the durable cannot be read.
  const pulling = new Gauge({
    name: 'spark_consumer_alert_pulling',
    help: '1 while alerts are being pulled.',
    registers,
  });
  registry.registerMetric(
    new Gauge({
      name: 'spark_consumer_alert_lag_messages',
      help: 'Alerts that are published and not yet kept. All instances together.',
      registers: [],
      async collect() {
        const facts = await readDurable(needs.link, alertDurableName, alertStreamName).catch(() => null);
        // Without labels a reset would say 0, which looks like no lag.
        if (facts === null) this.remove();
        else this.set(facts.pending + facts.unacknowledged);
      },
    }),
  );
  for (const outcome of ['raised', 'cleared', 'dead_letter']) alerts.inc({ outcome }, 0);
  return {
    kept: (state) => alerts.inc({ outcome: state }),
    buried(reason) {
      alerts.inc({ outcome: 'dead_letter' });
      needs.onBuried(reason);
    },
    failed: () => errors.inc(),
    pulling: (now) => pulling.set(now ? 1 : 0),
  };
}
