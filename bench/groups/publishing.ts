import { randomUUID } from 'node:crypto';
import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { openJournal } from '../../services/bridge/journal/index.ts';
import { makePublisher } from '../../services/bridge/publisher/index.ts';
import { connectNats, ensureStreams, makeJetStreamPublisher } from '../../shared/node/messaging/index.ts';
import { openBareJetStream } from '../../shared/node/messaging/testing/bareJetStream.ts';
import { inTurn, type MetricGroup } from '../context.ts';
import { metricOf } from '../report.ts';
import { callBody, callEvent } from '../workload.ts';

/** The way of one event from the journal to JetStream's acknowledgement; the journal's own commit apart. */
export const publishingGroup: MetricGroup = {
  ids: ['journal.commit', 'nats.publish'],
  async measure(bench) {
    const { signal, logger, quick, dir } = bench;
    const stack = await bench.stack();
    const link = connectNats({ url: String(stack.env['NATS_URL']), name: 'spark-bench', logger });
    await link.ready(signal);
    await ensureStreams(link);
    const journal = openJournal({
      dataDir: join(dir, 'journal'),
      source: { app: 'spark-bench', version: '0.0.0', host: 'bench' },
      clock: Date.now,
      logger,
    });
    const sessionId = randomUUID();
    journal.sessions.insert({ sessionId, title: 'Bench', titleIsDefault: true, projectName: 'Bench', simulated: true });
    let acknowledged: (atMs: number) => void = () => undefined;
    const jetStream = makeJetStreamPublisher(link);
    const publisher = makePublisher({
      outbox: journal.outbox,
      frameBytes: journal.frames.bytes,
      logger,
      stream: {
        publish: async ({ messageId, ...message }) => {
          const ack = await jetStream.publish({ ...message, id: messageId });
          acknowledged(performance.now());
          return ack;
        },
        putFrame: () => Promise.resolve({ stored: 'now' }),
      },
    });
    const bare = await openBareJetStream(link);
    const file = openSync(join(dir, 'fsync'), 'w');
    const commits: number[] = [];
    const plainWrites: number[] = [];
    const rounds = quick ? 10 : 500;
    const warmUp = quick ? 2 : 100;
    bench.say('nats.publish and journal.commit');
    try {
      const measured = await inTurn(
        { rounds, warmUp, signal },
        async (n) => {
          const arrival = new Promise<number>((resolve) => {
            acknowledged = resolve;
          });
          const begun = performance.now();
          journal.outbox.append(sessionId, callBody(n));
          const committed = performance.now();
          const acknowledgedAt = await arrival;
          // The mark is another fsync; it must not fall into the other side's turn.
          await publisher.flush(signal);
          if (n >= warmUp) commits.push(committed - begun);
          return acknowledgedAt - committed;
        },
        async (n) => {
          const { eventId, ...event } = callEvent(sessionId, n, 'bare');
          const bytes = Buffer.from(JSON.stringify({ eventId, ...event }));
          const before = performance.now();
          writeSync(file, Buffer.alloc(4_096, n % 256), 0, 4_096, 0);
          fsyncSync(file);
          const begun = performance.now();
          if (n >= warmUp) plainWrites.push(begun - before);
          await bare.publish(`spark.function_call.${sessionId}`, eventId, bytes);
          return performance.now() - begun;
        },
      );
      return [
        metricOf(
          {
            id: 'journal.commit',
            unit: 'ms',
            detail: 'one event into the outbox, committed with fsync; bare: 4 KiB written to a file and fsync',
          },
          commits,
          plainWrites,
        ),
        metricOf(
          {
            id: 'nats.publish',
            unit: 'ms',
            detail:
              "from the journal's commit to JetStream's acknowledgement, through the publisher; bare: one publish with a message id by the NATS client",
          },
          measured.ours,
          measured.bare,
        ),
      ];
    } finally {
      closeSync(file);
      await publisher.close();
      journal.close();
      await link.close();
    }
  },
};
