import { Counter, Gauge, type Registry } from 'prom-client';

const steps = ['session', 'partitions', 'rollup'] as const;
/** `session`: the connection and the lock; `rollup`: finding the days that are due, or rolling one. */
export type MaintenanceStep = (typeof steps)[number];

export interface MaintenanceMetrics {
  readonly failed: (step: MaintenanceStep) => void;
  /** All of it was done, by this instance. */
  readonly succeeded: () => void;
}

export function makeMaintenanceMetrics(registry: Registry): MaintenanceMetrics {
  const registers = [registry];
  const failures = new Counter({
    name: 'spark_consumer_maintenance_failures_total',
    help: 'Steps of the maintenance that failed; each is tried again within minutes.',
    labelNames: ['step'],
    registers,
  });
  const lastSuccess = new Gauge({
    name: 'spark_consumer_maintenance_last_success_timestamp_seconds',
    help: 'When this instance last did all of the maintenance, in seconds since 1970; 0: not since its start.',
    registers,
  });
  for (const step of steps) failures.inc({ step }, 0);
  return {
    failed: (step) => {
      failures.inc({ step });
    },
    succeeded: () => {
      lastSuccess.set(Date.now() / 1_000);
    },
  };
}
