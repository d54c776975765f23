import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { streamName } from '../../contracts/index.ts';
import { makeLogger } from '../logging/index.ts';
import {
  connectNats,
  ensureDurable,
  ensureStreams,
  getMessage,
  makeFrameStore,
  makeJetStreamPublisher,
  type NatsLink,
} from './index.ts';

const logger = makeLogger({ name: 'test', level: 'silent' });
const url = inject('stack').env['NATS_URL'] ?? '';
let link: NatsLink;
beforeAll(async () => {
  link = connectNats({ url, name: 'test', logger });
  await link.ready();
  await ensureStreams(link);
});
afterAll(() => link.close());

test('setting up a second time changes nothing', async () => {
  const limits = { ackWaitMs: 30_000, maxAckPending: 4_000 };
  await ensureDurable(link, limits);
  expect([...(await ensureStreams(link)), ...(await ensureDurable(link, limits))]).toEqual([]);
});

test('many messages in flight are each acknowledged with their own sequence, and a repeat is a duplicate', async () => {
  const { publish } = makeJetStreamPublisher(link);
  const messages = Array.from({ length: 200 }, (_, n) => ({
    subject: `spark.telemetry.${randomUUID()}`,
    id: randomUUID(),
    bytes: Buffer.from(`{"n":${n}}`),
  }));
  const acks = await Promise.all(messages.map((message) => publish(message)));
  expect(new Set(acks.map(({ streamSeq }) => streamSeq)).size).toBe(200);
  const [first] = messages;
  const [firstAck] = acks;
  if (first === undefined || firstAck === undefined) throw new Error('nothing was published');
  expect(await publish(first)).toMatchObject({ duplicate: true, streamSeq: firstAck.streamSeq });
  const stored = await getMessage(link, streamName, firstAck.streamSeq);
  expect(stored).toMatchObject({ subject: first.subject, headers: { 'Nats-Msg-Id': first.id } });
  expect(Buffer.from(stored?.data ?? []).toString()).toBe('{"n":0}');
});

test('a sequence that the stream does not have is undefined', async () => {
  expect(await getMessage(link, streamName, 999_999_999)).toBeUndefined();
});

test('a message that is too large is refused for good', async () => {
  const { publish } = makeJetStreamPublisher(link);
  const message = { subject: `spark.telemetry.${randomUUID()}`, id: randomUUID(), bytes: Buffer.alloc(600 * 1024) };
  await expect(publish(message)).rejects.toMatchObject({ code: 'nats_rejected', retryable: false });
});

test('frames are kept once by their content and come back unchanged', async () => {
  const frames = makeFrameStore(link);
  const bytes = Buffer.from(`frame ${randomUUID()}`);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  expect(await frames.get(sha256)).toBeUndefined();
  expect(await frames.put(sha256, bytes)).toEqual({ stored: 'now' });
  expect(await frames.put(sha256, bytes)).toEqual({ stored: 'before' });
  expect(Buffer.from((await frames.get(sha256)) ?? []).equals(bytes)).toBe(true);
});

test('while no server answers, operations are refused at once and the link keeps trying until it is closed', async () => {
  const away = connectNats({ url: 'nats://127.0.0.1:1', name: 'test', logger });
  await expect(getMessage(away, streamName, 1)).rejects.toMatchObject({ code: 'nats_unavailable', retryable: true });
  const waiting = away.ready();
  await Promise.all([expect(waiting).rejects.toMatchObject({ code: 'nats_unavailable' }), away.close()]);
  expect(away.status()).toEqual({ kind: 'closed' });
});

test('a wrong password is told in the status', async () => {
  const wrong = new URL(url);
  wrong.password = 'wrong';
  const refused = connectNats({ url: wrong.href, name: 'test', logger });
  await expect.poll(() => JSON.stringify(refused.status()), { timeout: 10_000 }).toMatch(/authori[sz]ation/i);
  await refused.close();
});
