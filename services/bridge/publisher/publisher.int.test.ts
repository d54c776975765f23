import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { framesBucket, streamName } from '../../../shared/contracts/index.ts';
import { loadConfig, readEnvironment } from '../../../shared/node/config/index.ts';
import { makeLifecycle } from '../../../shared/node/lifecycle/index.ts';
import {
  connectNats,
  ensureStreams,
  makeFrameStore,
  readStream,
  type NatsLink,
} from '../../../shared/node/messaging/index.ts';
import { watchChildren } from '../../sandbox/stack/children.ts';
import { toolEnvironment } from '../../sandbox/stack/environment.ts';
import { startNats, type NatsServer } from '../../sandbox/stack/nats.ts';
import { repositoryDir } from '../../sandbox/stack/paths.ts';
import type { Journal } from '../journal/index.ts';
import { openPublishing, type Publishing } from '../publishing.ts';
import { addSession, appendFrame, openTestJournal, sessionId, silentLogger } from '../testing/testJournal.ts';

/** A NATS of its own: the frame store's limit is one of the server, and the server is stopped in between. */
const lifecycle = makeLifecycle({ logger: silentLogger });
const framesMaxBytes = 256 * 1024;
let nats: NatsServer;
let link: NatsLink;
let journal: Journal;
let publishing: Publishing;

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'spark-publisher-'));
  lifecycle.own('folder', () => rm(folder, { recursive: true, force: true }));
  const secrets = { programs: 'programs-password', browser: 'browser-password' };
  nats = await startNats({
    slotDir: folder,
    logDir: folder,
    cacheDir: join(repositoryDir, '.spark', 'cache'),
    configured: loadConfig(readEnvironment(), ['SPARK_NATS_SERVER']).SPARK_NATS_SERVER,
    secrets,
    children: watchChildren(folder),
    env: toolEnvironment(),
    wanted: {},
    signal: lifecycle.signal,
    onProgress: () => undefined,
  });
  lifecycle.own('nats', () => nats.part.stop());
  const url = `nats://spark:${secrets.programs}@127.0.0.1:${nats.ports.client}`;
  link = connectNats({ url, name: 'test', logger: silentLogger });
  lifecycle.own('link', link.close);
  await link.ready();
  await ensureStreams(link, { framesMaxBytes });
  journal = openTestJournal(join(folder, 'data'));
  lifecycle.own('journal', () => journal.close());
  addSession(journal);
  publishing = openPublishing({ url, journal, database: null, logger: silentLogger, onChange: () => undefined });
  lifecycle.own('publishing', () => publishing.close(AbortSignal.timeout(1_000)));
});
afterAll(async () => {
  await lifecycle.shutdown('test');
});

const patient = { timeout: 20_000 };
const isStored = async (sha256: string): Promise<boolean> => (await makeFrameStore(link).get(sha256)) !== undefined;
const published = async (): Promise<number> => (await readStream(link, streamName)).messages;

it('a full frame store stops no event; with room again frames are kept again', async () => {
  const small = appendFrame(journal, sessionId, randomBytes(32 * 1024));
  const large = appendFrame(journal, sessionId, randomBytes(framesMaxBytes));
  journal.outbox.append(sessionId, { type: 'session', action: 'renamed', title: 'after the full store' });
  await expect.poll(published, patient).toBe(3);
  await expect.poll(journal.outbox.depth, patient).toBe(0);
  expect(await isStored(small.sha256)).toBe(true);
  expect(await isStored(large.sha256)).toBe(false);
  expect(publishing.framesNotKept()).toBe(1);
  // Nothing of the frame that did not fit is left to take up room.
  expect((await readStream(link, `OBJ_${framesBucket}`)).bytes).toBeLessThan(64 * 1024);

  const next = appendFrame(journal, sessionId, randomBytes(32 * 1024));
  await expect.poll(journal.outbox.depth, patient).toBe(0);
  expect(await isStored(next.sha256)).toBe(true);
  expect(publishing.framesNotKept()).toBe(0);
});

it('a NATS that is away holds the event of a frame until both can be kept', async () => {
  const before = await published();
  await nats.part.stop();
  await expect.poll(publishing.isConnected, patient).toBe(false);
  const frame = appendFrame(journal, sessionId, randomBytes(1_024));
  await expect.poll(() => publishing.status().kind, patient).toBe('waiting');
  expect(journal.outbox.depth()).toBe(1);
  await nats.part.start(lifecycle.signal);
  await expect.poll(journal.outbox.depth, patient).toBe(0);
  await link.ready();
  expect(await published()).toBe(before + 1);
  expect(await isStored(frame.sha256)).toBe(true);
});
