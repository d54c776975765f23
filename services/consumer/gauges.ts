import { Gauge, type GaugeConfiguration, type Registry } from 'prom-client';
import type { Database } from '../../database/index.ts';
import { alertStreamName, deadLetterStreamName, streamName } from '../../shared/contracts/index.ts';
import { readDurable, readStream, type NatsLink, type StreamFacts } from '../../shared/node/messaging/index.ts';
import type { Activity } from './activity.ts';

/**
 * What is looked up when Prometheus asks. A server that is away leaves its gauges out: an old number would look like a
 * new one, and 0 like no lag.
 */
export function observeServers(
  registry: Registry,
  needs: {
    readonly link: NatsLink;
    readonly database: Pick<Database, 'stats'>;
    readonly activity: Pick<Activity, 'silentMs'>;
    readonly pulling: () => boolean;
    readonly refusal: () => unknown;
  },
): void {
  const { link, database, activity, pulling, refusal } = needs;
  const add = (gauge: GaugeConfiguration<string>): void => {
    registry.registerMetric(new Gauge({ ...gauge, registers: [] }));
  };

  add({
    name: 'spark_consumer_pulling',
    help: '1 while messages are being pulled.',
    collect() {
      this.set(pulling() ? 1 : 0);
    },
  });
  add({
    name: 'spark_consumer_dead_letters_refused',
    help: '1 while SPARK_DLQ takes no dead letters: their messages wait in SPARK, the others go on.',
    collect() {
      this.set(refusal() === null ? 0 : 1);
    },
  });
  add({
    name: 'spark_consumer_silent_seconds',
    help: 'How long the oldest batch in work has shown no sign of life; 0 while none is in work.',
    collect() {
      this.set(activity.silentMs() / 1_000);
    },
  });
  add({
    name: 'spark_consumer_pool_connections',
    help: 'Connections to PostgreSQL (total, idle) and callers that wait for one (waiting), by server.',
    labelNames: ['server', 'state'],
    collect() {
      for (const [server, stats] of Object.entries(database.stats())) {
        if (stats === null) continue;
        for (const state of ['total', 'idle', 'waiting'] as const) this.set({ server, state }, stats[state]);
      }
    },
  });
  add({
    name: 'spark_consumer_lag_messages',
    help: 'Messages of stream SPARK by where they are: pending (not delivered), unacknowledged. All instances together.',
    labelNames: ['state'],
    async collect() {
      const facts = await readDurable(link).catch(() => null);
      this.reset();
      if (facts === null) return;
      this.set({ state: 'pending' }, facts.pending);
      this.set({ state: 'unacknowledged' }, facts.unacknowledged);
    },
  });
  // Three gauges of one answer: they are collected at the same time, so they share the asking.
  let asking: Promise<ReadonlyMap<string, StreamFacts>> | undefined;
  const readStreams = (): Promise<ReadonlyMap<string, StreamFacts>> => {
    asking ??= askStreams(link).finally(() => {
      asking = undefined;
    });
    return asking;
  };
  const ofStreams: readonly [string, string, (facts: StreamFacts) => number | null][] = [
    ['messages', 'Messages that the stream keeps; of SPARK_DLQ: dead letters not dealt with.', (f) => f.messages],
    ['bytes', 'Bytes that the stream keeps.', (f) => f.bytes],
    ['limit_bytes', 'max_bytes of the stream; one without a limit is left out.', (f) => f.maxBytes],
  ];
  for (const [name, help, valueOf] of ofStreams) {
    add({
      name: `spark_consumer_stream_${name}`,
      help,
      labelNames: ['stream'],
      async collect() {
        const streams = await readStreams();
        this.reset();
        for (const [stream, facts] of streams) {
          const value = valueOf(facts);
          if (value !== null) this.set({ stream }, value);
        }
      },
    });
  }
}

async function askStreams(link: NatsLink): Promise<ReadonlyMap<string, StreamFacts>> {
  const found = new Map<string, StreamFacts>();
  for (const stream of [streamName, deadLetterStreamName, alertStreamName]) {
    const facts = await readStream(link, stream).catch(() => null);
    if (facts !== null) found.set(stream, facts);
  }
  return found;
}
