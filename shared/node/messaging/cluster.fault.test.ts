import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deadLetterStreamName, framesBucket, streamName } from '../../contracts/index.ts';
import { freePort } from '../../../services/sandbox/stack/ports.ts';
import { retryUntilAborted } from '../lifecycle/index.ts';
import { makeLogger } from '../logging/index.ts';
import {
  connectNats,
  ensureDurable,
  ensureStreams,
  makeJetStreamPublisher,
  makePuller,
  readDurable,
  readStream,
  type NatsLink,
  type OutgoingMessage,
} from './index.ts';
import { readConfig, readLeader } from './testing/admin.ts';
import { startOwnNats, type OwnNats } from './testing/ownNats.ts';

const names = ['one', 'two', 'three'] as const;
let nodes: { readonly name: string; readonly nats: OwnNats }[];
let link: NatsLink;
beforeAll(async () => {
  const routes = await Promise.all(names.map(() => freePort()));
  const ports = await Promise.all(names.map(() => freePort()));
  nodes = await Promise.all(
    names.map(async (name, n) => ({
      name,
      nats: await startOwnNats({
        ...(ports[n] === undefined ? {} : { port: ports[n] }),
        waitForJetStream: false,
        conf: () => `server_name: ${name}
          cluster {
            name: spark, listen: "127.0.0.1:${routes[n]}"
            routes: [${routes.map((port) => `"nats://127.0.0.1:${port}"`).join(', ')}]
          }`,
      }),
    })),
  );
  link = connectNats({
    url: nodes.map(({ nats }) => nats.url).join(','),
    name: 'test',
    logger: makeLogger({ name: 'test', level: 'silent' }),
  });
});
afterAll(async () => {
  await link.close();
  await Promise.all(nodes.map(({ nats }) => nats.close()));
});

const signal = AbortSignal.timeout(90_000);
/** As the outbox does: again with the same id, until it is acknowledged. */
const persistently = <T>(work: () => Promise<T>): Promise<T> =>
  retryUntilAborted(work, { signal, isRetryable: () => true, capMs: 500 });

test('on a cluster everything has three replicas, and with one server killed publishing and consuming go on', async () => {
  await persistently(async () => {
    await link.ready(signal);
    await ensureStreams(link);
    await ensureDurable(link, { ackWaitMs: 5_000, maxAckPending: 1_000 });
  });
  for (const stream of [streamName, deadLetterStreamName, `OBJ_${framesBucket}`]) {
    expect(await readConfig(link, stream)).toMatchObject({ num_replicas: 3 });
  }
  expect(await ensureStreams(link)).toEqual([]);

  const { publish } = makeJetStreamPublisher(link, { timeoutMs: 2_000 });
  const seen = new Set<string>();
  const startPull = makePuller(link, { maxMessages: 1_000, maxBytes: 2 ** 24 }, (message) => {
    seen.add(message.header('Nats-Msg-Id') ?? '');
    message.ack();
  });
  const pulling = retryUntilAborted(
    async () => {
      await link.ready(signal);
      const pull = await startPull();
      await pull.ended;
      throw new Error('the pull ended');
    },
    { signal, isRetryable: () => seen.size < 400, capMs: 500 },
  ).catch(() => undefined);
  const messages: OutgoingMessage[] = Array.from({ length: 400 }, (_, n) => ({
    subject: `spark.telemetry.${randomUUID()}`,
    id: randomUUID(),
    bytes: Buffer.from(`{"n":${n}}`),
  }));
  await Promise.all(messages.slice(0, 200).map((each) => persistently(() => publish(each))));

  // The one that leads the stream: whoever is in its way meets the election.
  const leader = await readLeader(link, streamName);
  const led = nodes.find(({ name }) => name === leader);
  expect(led).toBeDefined();
  await led?.nats.part.kill();
  await Promise.all(messages.slice(200).map((each) => persistently(() => publish(each))));

  await expect.poll(() => seen.size, { timeout: 60_000 }).toBe(400);
  await expect
    .poll(() => readDurable(link).catch(() => null), { timeout: 30_000 })
    .toMatchObject({ pending: 0, unacknowledged: 0 });
  expect(await readStream(link, streamName)).toMatchObject({ messages: 400 });
  await link.close();
  await pulling;
}, 120_000);
