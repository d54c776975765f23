import { randomUUID } from 'node:crypto';
import { jetstreamManager } from '@nats-io/jetstream';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { durableName, streamName } from '../../contracts/index.ts';
import { makeLogger } from '../logging/index.ts';
import {
  connectNats,
  ensureDurable,
  ensureStreams,
  makeJetStreamPublisher,
  makePuller,
  readDurable,
  type NatsLink,
  type Pull,
  type StreamMessage,
} from './index.ts';
import { startOwnNats, type OwnNats } from './testing/ownNats.ts';

let nats: OwnNats;
let link: NatsLink;
beforeAll(async () => {
  nats = await startOwnNats();
  link = connectNats({ url: nats.url, name: 'test', logger: makeLogger({ name: 'test', level: 'silent' }) });
  await link.ready();
  await ensureStreams(link);
});
beforeEach(async () => {
  await link.use(async (connection) => {
    const manager = await jetstreamManager(connection);
    await manager.streams.purge(streamName);
    await manager.consumers.delete(streamName, durableName).catch(() => undefined);
  });
  await ensureDurable(link, { ackWaitMs: 30_000, maxAckPending: 10_000 });
});
afterAll(async () => {
  await link.close();
  await nats.close();
});

async function publish(count: number, sizeBytes = 100): Promise<void> {
  const publisher = makeJetStreamPublisher(link);
  const subject = `spark.telemetry.${randomUUID()}`;
  const sent = Array.from({ length: count }, () =>
    publisher.publish({ subject, id: randomUUID(), bytes: Buffer.alloc(sizeBytes, 'x') }),
  );
  await Promise.all(sent);
}
const roomy = { maxMessages: 1_000, maxBytes: 2 ** 24 };
const facts = () => readDurable(link);
const settled = { pending: 0, unacknowledged: 0 };

/** What the server has handed over and nobody has settled, when it does not change any more. */
async function heldInTheEnd(messages: readonly StreamMessage[]): Promise<number> {
  let before = -1;
  await expect
    .poll(
      () => {
        const isStill = messages.length > 0 && messages.length === before;
        before = messages.length;
        return isStill;
      },
      { interval: 300, timeout: 10_000 },
    )
    .toBe(true);
  return messages.length;
}

async function withPull(start: () => Promise<Pull>, work: () => Promise<void>): Promise<void> {
  const pull = await start();
  await work();
  await pull.stop();
  await pull.ended;
}

test('no more messages are handed over than the limit, and the rest comes as they are settled', async () => {
  await publish(250);
  const messages: StreamMessage[] = [];
  const start = makePuller(link, { ...roomy, maxMessages: 40 }, (message) => messages.push(message));
  await withPull(start, async () => {
    expect(await heldInTheEnd(messages)).toBe(40);
    for (let done = 0; done < 250; done += 1) {
      await expect.poll(() => messages.length, { interval: 2 }).toBeGreaterThan(done);
      expect(messages.length - done).toBeLessThanOrEqual(40);
      messages[done]?.ack();
    }
    await expect.poll(facts).toMatchObject(settled);
  });
  expect(new Set(messages.map(({ seq }) => seq)).size).toBe(250);
});

test('large messages are bounded by their bytes, and none is lost', async () => {
  await publish(30, 100_000);
  const messages: StreamMessage[] = [];
  const start = makePuller(link, { ...roomy, maxBytes: 1_000_000 }, (message) => messages.push(message));
  await withPull(start, async () => {
    expect(await heldInTheEnd(messages)).toBeLessThanOrEqual(10);
    for (let done = 0; done < 30; done += 1) {
      await expect.poll(() => messages.length, { interval: 2 }).toBeGreaterThan(done);
      messages[done]?.ack();
    }
    await expect.poll(facts).toMatchObject(settled);
  });
  expect(messages).toHaveLength(30);
});

test('the limits hold over a pull that ended and the next one', async () => {
  await publish(60);
  const messages: StreamMessage[] = [];
  const start = makePuller(link, { ...roomy, maxMessages: 40 }, (message) => messages.push(message));
  await withPull(start, async () => {
    expect(await heldInTheEnd(messages)).toBe(40);
  });
  await withPull(start, async () => {
    for (const message of messages.slice(0, 20)) message.ack();
    await expect.poll(() => messages.length).toBe(60);
  });
});

test('a settled message is settled once, and what is given back comes again', async () => {
  await publish(1);
  const messages: StreamMessage[] = [];
  const start = makePuller(link, roomy, (message) => messages.push(message));
  await withPull(start, async () => {
    await expect.poll(() => messages.length).toBe(1);
    messages[0]?.nak();
    messages[0]?.ack();
    messages[0]?.working();
    await expect.poll(() => messages.length).toBe(2);
    expect(messages[1]).toMatchObject({ redelivered: true, deliveries: 2, seq: messages[0]?.seq });
    expect(messages[1]?.timeMs).toBe(messages[0]?.timeMs);
    messages[1]?.ack();
    await expect.poll(facts).toMatchObject(settled);
  });
});

test('a durable that is deleted ends the pull with an error', async () => {
  const pull = await makePuller(link, roomy, () => undefined)();
  const ended = expect(pull.ended).rejects.toMatchObject({ code: 'nats_unavailable', retryable: true });
  await link.use(async (connection) => (await jetstreamManager(connection)).consumers.delete(streamName, durableName));
  await ended;
});

test('a durable that is not there is told at once', async () => {
  await link.use(async (connection) => (await jetstreamManager(connection)).consumers.delete(streamName, durableName));
  await expect(makePuller(link, roomy, () => undefined)()).rejects.toMatchObject({ code: 'nats_rejected' });
});
