import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { streamName } from '../../contracts/index.ts';
import { makeLogger } from '../logging/index.ts';
import {
  connectNats,
  ensureStreams,
  makeJetStreamPublisher,
  readStream,
  type NatsLink,
  type OutgoingMessage,
} from './index.ts';
import { startOwnNats, type OwnNats } from './testing/ownNats.ts';

const logger = makeLogger({ name: 'test', level: 'silent' });
let nats: OwnNats;
let link: NatsLink;
beforeAll(async () => {
  nats = await startOwnNats({
    conf: () => `authorization { users: [
      { user: all, password: all }
      { user: narrow, password: narrow, permissions: {
          publish: ["spark.telemetry.>", "$JS.API.>"], subscribe: "_INBOX.narrow.>" } }
    ] }`,
  });
  link = connectNats({ url: nats.url.replace('//', '//all:all@'), name: 'test', logger });
  await link.ready();
  await ensureStreams(link, { maxBytes: 32 * 1024 });
});
afterAll(async () => {
  await link.close();
  await nats.close();
});

const message = (sizeBytes = 10): OutgoingMessage => ({
  subject: `spark.telemetry.${randomUUID()}`,
  id: randomUUID(),
  bytes: Buffer.alloc(sizeBytes, 'x'),
});

test('a server that does not answer in time leaves a retryable error, and its late answer disturbs nobody', async () => {
  const { publish } = makeJetStreamPublisher(link, { timeoutMs: 300 });
  await publish(message());
  await nats.freeze();
  const late = message();
  try {
    await expect(Promise.allSettled([publish(late), publish(message())])).resolves.toMatchObject([
      { status: 'rejected', reason: { code: 'nats_unavailable', retryable: true } },
      { status: 'rejected', reason: { code: 'nats_unavailable', retryable: true } },
    ]);
  } finally {
    nats.thaw();
  }
  await publish(message());
  // It was stored all the same: the repeat says so.
  await expect(publish(late)).resolves.toMatchObject({ duplicate: true });
});

test('an aborted publish is not waited for any longer', async () => {
  const { publish } = makeJetStreamPublisher(link);
  const abort = new AbortController();
  await nats.freeze();
  try {
    const sent = publish({ ...message(), signal: abort.signal });
    abort.abort(new Error('no longer wanted'));
    await expect(sent).rejects.toThrow('no longer wanted');
  } finally {
    nats.thaw();
  }
});

test('a full stream refuses what does not fit, one by one, and says that it may pass', async () => {
  const { publish } = makeJetStreamPublisher(link);
  const results = await Promise.allSettled([
    publish(message(30 * 1024)),
    publish(message(30 * 1024)),
    publish(message()),
  ]);
  expect(results).toMatchObject([
    { status: 'fulfilled' },
    { status: 'rejected', reason: { code: 'nats_rejected', retryable: true, data: { apiCode: 10077 } } },
    { status: 'fulfilled' },
  ]);
});

test('a subject that no stream takes is retryable, since the stream may be made later', async () => {
  const { publish } = makeJetStreamPublisher(link);
  await expect(publish({ ...message(), subject: 'elsewhere.a' })).rejects.toMatchObject({
    code: 'nats_unavailable',
    retryable: true,
    message: expect.stringContaining('no stream takes the subject'),
  });
});

test('a message larger than the server takes is refused for good, and nothing waits for it', async () => {
  const { publish } = makeJetStreamPublisher(link);
  await expect(publish(message(2 * 2 ** 20))).rejects.toMatchObject({ code: 'nats_rejected', retryable: false });
});

test('a subject that the user may not publish is refused at once; the allowed ones beside it are not', async () => {
  const narrow = connectNats({ url: nats.url.replace('//', '//narrow:narrow@'), name: 'narrow', logger });
  await narrow.ready();
  const { publish } = makeJetStreamPublisher(narrow);
  const session = randomUUID();
  const refused = publish({ ...message(), subject: `spark.session.${session}` });
  const taken = publish(message());
  await expect(refused).rejects.toMatchObject({
    code: 'nats_rejected',
    retryable: false,
    message: expect.stringContaining(`spark.session.${session}`),
  });
  await expect(taken).resolves.toMatchObject({ stream: streamName });
  await narrow.close();
});

test('answers that a lost connection took along are told as retryable; the repeats are duplicates or new', async () => {
  const { publish } = makeJetStreamPublisher(link, { timeoutMs: 30_000 });
  const { lastSeq } = await readStream(link, streamName);
  const messages = [message(), message()];
  await nats.freeze();
  const sent = Promise.allSettled(messages.map((each) => publish(each)));
  await nats.part.kill();
  await expect(sent).resolves.toMatchObject([
    { status: 'rejected', reason: { code: 'nats_unavailable', retryable: true } },
    { status: 'rejected', reason: { code: 'nats_unavailable', retryable: true } },
  ]);
  await nats.part.start();
  await expect.poll(() => link.status().kind, { timeout: 10_000 }).toBe('connected');
  await Promise.all(messages.map((each) => publish(each)));
  expect((await readStream(link, streamName)).lastSeq).toBe(lastSeq + 2);
});
