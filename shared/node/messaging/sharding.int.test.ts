import { AckPolicy, jetstream, jetstreamManager } from '@nats-io/jetstream';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseSubject, streamName } from '../../contracts/index.ts';
import { makeLogger } from '../logging/index.ts';
import { connectNats, ensureStreams, makeJetStreamPublisher, readStream, type NatsLink } from './index.ts';
import { startOwnNats, type OwnNats } from './testing/ownNats.ts';

/* What docs/guides/scaling.md tells to set up when one durable is not enough: a stream that numbers the sessions. */

let nats: OwnNats;
let link: NatsLink;
beforeAll(async () => {
  nats = await startOwnNats();
  link = connectNats({ url: nats.url, name: 'test', logger: makeLogger({ name: 'test', level: 'silent' }) });
  await link.ready();
  await ensureStreams(link);
});
afterAll(async () => {
  await link.close();
  await nats.close();
});

const shards = 4;
const shardedStream = 'SPARK_SHARDED';

/** One rule per length of subject: the session is its last token, and what no rule fits is not taken over. */
const transforms = [2, 3, 4, 5, 6].map((tokens) => {
  const places = Array.from({ length: tokens }, (_, n) => n + 1);
  return {
    src: `spark.${places.map(() => '*').join('.')}`,
    dest: `shard.{{partition(${shards},${tokens})}}.spark.${places.map((n) => `{{wildcard(${n})}}`).join('.')}`,
  };
});

test('a stream that numbers the sessions gives each session to one durable, whole and in its order', async () => {
  // Fixed ones: with random ones a number may get none.
  const sessions = Array.from({ length: 24 }, (_, n) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`);
  const types = ['session', 'build.unity', 'runtime.unity.asset_ingested', 'a.b.c.d'];
  const { publish } = makeJetStreamPublisher(link);
  for (let seq = 0; seq < 8; seq += 1) {
    const subjects = sessions.map((session) => `spark.${types[seq % types.length] ?? ''}.${session}`);
    await Promise.all(
      subjects.map((subject) => publish({ subject, id: randomUUID(), bytes: Buffer.from(String(seq)) })),
    );
  }
  await link.use(async (connection) => {
    const manager = await jetstreamManager(connection);
    const sources = [{ name: streamName, subject_transforms: transforms }];
    await manager.streams.add({ name: shardedStream, sources });
    for (let shard = 0; shard < shards; shard += 1) {
      const durable = { durable_name: `shard-${shard}`, filter_subject: `shard.${shard}.>` };
      await manager.consumers.add(shardedStream, { ...durable, ack_policy: AckPolicy.Explicit });
    }
  });
  const all = sessions.length * 8;
  await expect.poll(() => readStream(link, shardedStream), { timeout: 20_000 }).toMatchObject({ messages: all });

  const shardOf = new Map<string, Set<number>>();
  const seqsOf = new Map<string, string[]>();
  let used = 0;
  for (let shard = 0; shard < shards; shard += 1) {
    const received = await fetchAll(shard, all);
    if (received.length > 0) used += 1;
    for (const { subject, text } of received) {
      const parsed = parseSubject(subject.slice(`shard.${shard}.`.length));
      const session = parsed.kind === 'invalid' ? subject : parsed.sessionId;
      shardOf.set(session, (shardOf.get(session) ?? new Set()).add(shard));
      seqsOf.set(session, [...(seqsOf.get(session) ?? []), text]);
    }
  }
  expect([...shardOf.keys()].toSorted()).toEqual(sessions.toSorted());
  expect([...shardOf.values()].every(({ size }) => size === 1)).toBe(true);
  expect([...seqsOf.values()]).toEqual(sessions.map(() => ['0', '1', '2', '3', '4', '5', '6', '7']));
  expect(used).toBe(shards);
});

function fetchAll(shard: number, atMost: number): Promise<{ subject: string; text: string }[]> {
  return link.use(async (connection) => {
    const consumer = await jetstream(connection).consumers.get(shardedStream, `shard-${shard}`);
    const received: { subject: string; text: string }[] = [];
    for await (const message of await consumer.fetch({ max_messages: atMost, expires: 1_500 })) {
      received.push({ subject: message.subject, text: message.string() });
      message.ack();
    }
    return received;
  });
}
