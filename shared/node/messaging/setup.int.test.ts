import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { alertStreamName, deadLetterStreamName, durableName, framesBucket, streamName } from '../../contracts/index.ts';
import { makeLogger } from '../logging/index.ts';
import {
  connectNats,
  ensureDurable,
  ensureStreams,
  makeJetStreamPublisher,
  readStream,
  type NatsLink,
} from './index.ts';
import { addConsumer, addStream, readConfig, removeStreams } from './testing/admin.ts';
import { startOwnNats, type OwnNats } from './testing/ownNats.ts';

let nats: OwnNats;
let link: NatsLink;
const limits = { ackWaitMs: 30_000, maxAckPending: 4_000 };
const bucket = `OBJ_${framesBucket}`;
const MiB = 2 ** 20;

beforeAll(async () => {
  nats = await startOwnNats();
  link = connectNats({ url: nats.url, name: 'test', logger: makeLogger({ name: 'test', level: 'silent' }) });
  await link.ready();
});
beforeEach(() => removeStreams(link));
afterAll(async () => {
  await link.close();
  await nats.close();
});

test('a dry run says what it would make and makes nothing; after the real one it has nothing to say', async () => {
  expect(await ensureStreams(link, { dryRun: true })).toEqual([
    `would make stream ${streamName} with 1 replica`,
    `would make stream ${deadLetterStreamName} with 1 replica`,
    `would make stream ${alertStreamName} with 1 replica`,
    `would make stream ${bucket} with 1 replica`,
  ]);
  await expect(readStream(link, streamName)).rejects.toMatchObject({ code: 'nats_rejected' });
  expect(await ensureStreams(link)).toHaveLength(4);
  expect(await ensureDurable(link, { ...limits, dryRun: true })).toEqual([`would make consumer ${durableName}`]);
  expect(await ensureDurable(link, limits)).toEqual([`made consumer ${durableName}`]);
  for (const dryRun of [true, false]) {
    expect(await ensureStreams(link, { dryRun })).toEqual([]);
    expect(await ensureDurable(link, { ...limits, dryRun })).toEqual([]);
  }
  expect(await readConfig(link, streamName)).toMatchObject({
    storage: 'file',
    discard: 'new',
    compression: 's2',
    num_replicas: 1,
  });
});

test('limits that are given change all three stores, the frames too, and each step is said before and after', async () => {
  await ensureStreams(link, { maxBytes: MiB, framesMaxBytes: MiB });
  const wanted = { maxBytes: 2 * MiB, framesMaxBytes: 3 * MiB };
  const steps = [`stream ${streamName}: max_bytes 1 MiB → 2 MiB`, `stream ${bucket}: max_bytes 1 MiB → 3 MiB`];
  expect(await ensureStreams(link, { ...wanted, dryRun: true })).toEqual(steps.map((step) => `would update ${step}`));
  expect(await readConfig(link, bucket)).toMatchObject({ max_bytes: MiB });
  expect(await ensureStreams(link, wanted)).toEqual(steps.map((step) => `updated ${step}`));
  expect(await readConfig(link, bucket)).toMatchObject({ max_bytes: 3 * MiB, allow_rollup_hdrs: true });
});

test('a limit that a person set stays where none is given', async () => {
  await ensureStreams(link, { maxBytes: 7 * MiB });
  expect(await ensureStreams(link)).toEqual([]);
  expect(await readConfig(link, streamName)).toMatchObject({ max_bytes: 7 * MiB });
});

test('a limit below what is stored is not set, since it would delete events', async () => {
  await ensureStreams(link, { maxBytes: MiB });
  const { publish } = makeJetStreamPublisher(link);
  const bytes = Buffer.alloc(100 * 1024, 'x');
  for (let n = 0; n < 3; n += 1) await publish({ subject: `spark.telemetry.${randomUUID()}`, id: randomUUID(), bytes });
  const [line, ...others] = await ensureStreams(link, { maxBytes: 200 * 1024 });
  expect(line).toMatch(/^left stream SPARK as it is: max_bytes 1 MiB → 200 KiB would delete stored messages/);
  expect(others).toEqual([]);
  expect(await readStream(link, streamName)).toMatchObject({ messages: 3 });
  expect(await readConfig(link, streamName)).toMatchObject({ max_bytes: MiB });
});

test('what JetStream cannot change is said, and the rest is changed', async () => {
  await addStream(link, { name: streamName, subjects: ['spark.>'], storage: 'memory', discard: 'new' });
  const lines = await ensureStreams(link);
  expect(lines.find((line) => line.startsWith('cannot'))).toMatch(/storage memory → file is not possible/);
  expect(await readConfig(link, streamName)).toMatchObject({ storage: 'memory', max_msg_size: 512 * 1024 });
  expect(await ensureStreams(link)).toEqual([expect.stringMatching(/^cannot change stream SPARK: storage/)]);
});

test('a durable with another acknowledgement than explicit is refused with the way out', async () => {
  await ensureStreams(link);
  await addConsumer(link, { durable_name: durableName, ack_policy: 'all' });
  await expect(ensureDurable(link, limits)).rejects.toMatchObject({
    code: 'nats_rejected',
    retryable: false,
    message: expect.stringMatching(/acknowledges "all".*Delete the durable/),
  });
});

test('a changed limit of the durable is said with both values', async () => {
  await ensureStreams(link);
  await ensureDurable(link, limits);
  expect(await ensureDurable(link, { ackWaitMs: 60_000, maxAckPending: 8_000 })).toEqual([
    `updated consumer ${durableName}: ack_wait 30 s → 1 min, max_ack_pending 4000 → 8000`,
  ]);
});

test('three replicas on a single server are refused with what to do', async () => {
  await expect(ensureStreams(link, { replicas: 3 })).rejects.toMatchObject({
    message: expect.stringMatching(/make stream SPARK with 3 replicas\. JetStream refused: .* SPARK_NATS_REPLICAS/),
  });
});
