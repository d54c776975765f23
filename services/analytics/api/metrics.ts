import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

export interface ApiMetrics {
  readonly registry: Registry;
  /** A request was answered; `route` is the name of a route, never a path that somebody made up. */
  readonly answered: (request: { readonly route: string; readonly status: number; readonly seconds: number }) => void;
  /** Figures were told: from the replica, from the memory, or only that they had not changed. */
  readonly told: (from: 'memory' | 'replica' | 'unchanged') => void;
  /** Alerts of Alertmanager were published, or not and why; of what is `unreadable`, bodies. */
  readonly forwarded: (outcome: ForwardOutcome, alerts: number) => void;
}

const forwardOutcomes = ['published', 'refused', 'truncated', 'unreadable'] as const;
export type ForwardOutcome = (typeof forwardOutcomes)[number];

const secondsBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export function makeApiMetrics(build: { readonly version: string }): ApiMetrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  new Gauge({
    name: 'spark_analytics_build_info',
    help: '1; the labels say which version runs on which Node.',
    labelNames: ['version', 'node'],
    registers,
  }).set({ version: build.version, node: process.versions.node }, 1);
  const requests = new Histogram({
    name: 'spark_analytics_request_seconds',
    help: 'Requests by route and status, from the head to the last byte.',
    labelNames: ['route', 'status'],
    buckets: secondsBuckets,
    registers,
  });
  const answers = new Counter({
    name: 'spark_analytics_answers_total',
    help: 'Figures told, by where they were from: replica, memory, unchanged (the asker had them).',
    labelNames: ['from'],
    registers,
  });
  const alerts = new Counter({
    name: 'spark_analytics_forwarded_alerts_total',
    help: 'Alerts of Alertmanager by what became of them: published, refused (Alertmanager sends them again), truncated (it left them out), unreadable (bodies that are none of its).',
    labelNames: ['outcome'],
    registers,
  });
  // A rate over a series that is not there says nothing.
  for (const from of ['replica', 'memory', 'unchanged']) answers.inc({ from }, 0);
  for (const outcome of forwardOutcomes) alerts.inc({ outcome }, 0);
  return {
    registry,
    answered: ({ route, status, seconds }) => {
      requests.observe({ route, status: String(status) }, seconds);
    },
    told: (from) => {
      answers.inc({ from });
    },
    forwarded: (outcome, count) => {
      alerts.inc({ outcome }, count);
    },
  };
}
