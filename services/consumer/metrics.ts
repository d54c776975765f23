import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import { isEventType } from '../../shared/contracts/index.ts';
import type { StreamMessage } from '../../shared/node/messaging/index.ts';
import { refusalReasons } from './decode.ts';
import type { Tally } from './tally.ts';

/*
 * What Prometheus reads at /metrics. Label values are a closed set: an event type that no schema knows counts as
 * `other`, so a publisher cannot make time series. Counted once per batch and not once per event: at 60,000 events a
 * second each microsecond per event is 6 % of a core. Latencies are of a sample (`tally.ts`).
 */
export type FailingServer = 'nats' | 'postgres' | 'dead_letters';

export interface ConsumerMetrics {
  readonly registry: Registry;
  readonly received: (message: Pick<StreamMessage, 'redelivered'>) => void;
  /** These are committed and acknowledged, `writeMs` after their batch was begun. */
  readonly written: (tally: Tally, writeMs: number) => void;
  readonly buried: (reason: string) => void;
  /** A dead letter that was no event. */
  readonly buriedAlert: (reason: string) => void;
  readonly givenBack: (events: number) => void;
  /** An attempt to use a server failed; it is tried again. */
  readonly failed: (server: FailingServer) => void;
}

const latencySeconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 3_600];

export function makeMetrics(build: { readonly version: string }): ConsumerMetrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const name = (rest: string): string => `spark_consumer_${rest}`;

  new Gauge({
    name: name('build_info'),
    help: '1; the labels say which version runs on which Node.',
    labelNames: ['version', 'node'],
    registers,
  }).set({ version: build.version, node: process.versions.node }, 1);
  const events = new Counter({
    name: name('events_total'),
    help: 'Events by what became of them (written, dead_letter, given_back) and, of written ones, by type.',
    labelNames: ['outcome', 'type'],
    registers,
  });
  const keptWhole = new Counter({
    name: name('kept_whole_total'),
    help: 'Events written to spark_events alone: of an unknown type, or of a newer schema than this version knows.',
    labelNames: ['why'],
    registers,
  });
  const redeliveries = new Counter({
    name: name('redeliveries_total'),
    help: 'Messages that had been delivered before.',
    registers,
  });
  const deadLetters = new Counter({
    name: name('dead_letters_total'),
    help: 'Messages put into SPARK_DLQ, by reason.',
    labelNames: ['reason'],
    registers,
  });
  const errors = new Counter({
    name: name('errors_total'),
    help: 'Failed attempts to use a server; each is tried again.',
    labelNames: ['server'],
    registers,
  });
  const batchEvents = new Histogram({
    name: name('batch_events'),
    help: 'Events of a committed batch.',
    buckets: [1, 10, 50, 100, 250, 500, 1_000, 2_000, 5_000, 10_000],
    registers,
  });
  const batchSeconds = new Histogram({
    name: name('batch_write_seconds'),
    help: 'From a batch being begun to its acknowledgement, waiting for PostgreSQL included.',
    buckets: latencySeconds,
    registers,
  });
  const eventSeconds = new Histogram({
    name: name('event_latency_seconds'),
    help: 'From the time in an event (the clock of the app that made it) to its commit; sampled.',
    buckets: latencySeconds,
    registers,
  });
  const streamSeconds = new Histogram({
    name: name('stream_latency_seconds'),
    help: "From the stream's own time of a message to its acknowledgement; sampled.",
    buckets: latencySeconds,
    registers,
  });
  const lastWrite = new Gauge({
    name: name('last_write_timestamp_seconds'),
    help: 'When the last batch was committed, in seconds since 1970.',
    registers,
  });
  // Counters that an alert asks for exist from the start: a rate over a series that is not there says nothing.
  for (const server of ['nats', 'postgres', 'dead_letters'] as const) errors.inc({ server }, 0);
  for (const why of ['unknown_type', 'newer_schema']) keptWhole.inc({ why }, 0);
  for (const reason of [...refusalReasons, 'db_rejected']) deadLetters.inc({ reason }, 0);

  return {
    registry,
    received: ({ redelivered }) => {
      if (redelivered) redeliveries.inc();
    },
    written(tally, writeMs) {
      const now = Date.now();
      for (const [type, count] of tally.types) {
        events.inc({ outcome: 'written', type: isEventType(type) ? type : 'other' }, count);
      }
      for (const [type, count] of tally.keptWhole) {
        keptWhole.inc({ why: isEventType(type) ? 'newer_schema' : 'unknown_type' }, count);
      }
      for (const { occurredMs, recordedMs } of tally.samples) {
        // Another machine's clock may be ahead of this one's.
        eventSeconds.observe(Math.max(0, now - occurredMs) / 1_000);
        streamSeconds.observe(Math.max(0, now - recordedMs) / 1_000);
      }
      batchEvents.observe(tally.events());
      batchSeconds.observe(writeMs / 1_000);
      lastWrite.set(now / 1_000);
    },
    buried(reason) {
      events.inc({ outcome: 'dead_letter', type: '' });
      deadLetters.inc({ reason });
    },
    buriedAlert: (reason) => {
      deadLetters.inc({ reason });
    },
    givenBack: (count) => {
      events.inc({ outcome: 'given_back', type: '' }, count);
    },
    failed: (server) => {
      errors.inc({ server });
    },
  };
}
