import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { openJournal, type Journal } from '../../services/bridge/journal/index.ts';
import { makePublisher, type Publisher } from '../../services/bridge/publisher/index.ts';
import { waitMs } from '../../shared/node/lifecycle/index.ts';
import {
  connectNats,
  ensureStreams,
  makeJetStreamPublisher,
  type NatsLink,
} from '../../shared/node/messaging/index.ts';
import { openBenchStream } from '../../shared/node/messaging/testing/benchStream.ts';
import { timeMs, type Bench, type MetricGroup } from '../context.ts';
import { metricOf, type Metric } from '../report.ts';
import { appMix, callBody } from '../workload.ts';

/** The whole way of the app's events: into the outbox, to JetStream, marked as acknowledged. */
export const outboxGroup: MetricGroup = {
  ids: ['publish.outbox', 'publish.outbox_rate'],
  async measure(bench) {
    const stack = await bench.stack();
    const link = connectNats({ url: String(stack.env['NATS_URL']), name: 'spark-bench', logger: bench.logger });
    const journal = openJournal({
      dataDir: join(bench.dir, 'outbox'),
      source: { app: 'spark-bench', version: '0.0.0', host: 'bench' },
      clock: Date.now,
      logger: bench.logger,
    });
    try {
      await link.ready(bench.signal);
      await ensureStreams(link);
      return [await measureSingle(bench, link, journal), await measureBacklog(bench, link, journal)];
    } finally {
      journal.close();
      await link.close();
    }
  },
};

/** One event at a time, from before its commit to the stream's acknowledgement. */
async function measureSingle(bench: Bench, link: NatsLink, journal: Journal): Promise<Metric> {
  const sessionId = openSession(journal);
  let acknowledged: (atMs: number) => void = () => undefined;
  const publisher = openPublisher(bench, link, journal, (atMs) => acknowledged(atMs));
  const taken: number[] = [];
  const warmUp = bench.quick ? 2 : 200;
  const rounds = bench.quick ? 10 : 1_000;
  const until = performance.now() + 20_000;
  bench.say('publish.outbox');
  try {
    for (let n = 0; n < warmUp + rounds && (n <= warmUp || performance.now() < until); n += 1) {
      bench.signal.throwIfAborted();
      const arrival = new Promise<number>((resolve) => {
        acknowledged = resolve;
      });
      const begun = performance.now();
      journal.outbox.append(sessionId, callBody(n));
      const ended = await arrival;
      if (n >= warmUp) taken.push(ended - begun);
      // As far apart as the app's events are: the mark of the one before is then done.
      await publisher.flush(bench.signal);
    }
  } finally {
    await publisher.close();
  }
  return metricOf(
    {
      id: 'publish.outbox',
      unit: 'ms',
      detail: "one event: its commit in the journal with fsync, the publish, JetStream's acknowledgement",
    },
    taken,
  );
}

/** A backlog, as after a time without NATS; the same bytes by the NATS client alone beside it. */
async function measureBacklog(bench: Bench, link: NatsLink, journal: Journal): Promise<Metric> {
  const count = bench.quick ? 200 : 20_000;
  const sessions = Array.from({ length: 50 }, () => openSession(journal));
  const stream = await openBenchStream(link);
  const [ours, bare]: [number[], number[]] = [[], []];
  for (let round = 0; round < (bench.quick ? 1 : 3); round += 1) {
    bench.say(`publish.outbox_rate: a backlog of ${count}, round ${round + 1}`);
    for (let n = 0; n < count; n += 500) {
      journal.transact(() => {
        for (let k = n; k < Math.min(n + 500, count); k += 1) {
          journal.outbox.append(sessions[k % sessions.length] ?? '', callBody(k));
        }
      });
      // The window would go on answering: so does this process to Ctrl-C.
      await waitMs(0, bench.signal);
    }
    let publisher: Publisher | undefined;
    const ms = await timeMs(async () => {
      publisher = openPublisher(bench, link, journal, () => undefined);
      await publisher.flush(bench.signal);
    });
    await publisher?.close();
    bench.signal.throwIfAborted();
    const messages = appMix(count);
    const bareMs = await timeMs(() => stream.fill(messages));
    ours.push((count * 1_000) / ms);
    bare.push((count * 1_000) / bareMs);
    await stream.purge();
  }
  return metricOf(
    {
      id: 'publish.outbox_rate',
      unit: 'msg/s',
      detail: `${count} events of 50 sessions that waited in the outbox, until each is acknowledged and marked; bare: as many messages by the NATS client, nothing read or marked`,
    },
    ours,
    bare,
  );
}

function openSession(journal: Journal): string {
  const sessionId = randomUUID();
  journal.sessions.insert({ sessionId, title: 'Bench', titleIsDefault: true, projectName: 'Bench', simulated: true });
  return sessionId;
}

function openPublisher(bench: Bench, link: NatsLink, journal: Journal, onAck: (atMs: number) => void): Publisher {
  const jetStream = makeJetStreamPublisher(link);
  return makePublisher({
    outbox: journal.outbox,
    frameBytes: journal.frames.bytes,
    logger: bench.logger,
    stream: {
      publish: async ({ messageId, ...message }) => {
        const ack = await jetStream.publish({ ...message, id: messageId });
        onAck(performance.now());
        return ack;
      },
      putFrame: () => Promise.resolve({ stored: 'now' }),
    },
  });
}
