import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { v7 as uuidv7 } from 'uuid';
import { makeFreshDatabase } from '../../database/testing/freshDatabase.ts';
import { clusterOf } from '../../database/testing/stackCluster.ts';
import type { PushedEvent, SessionSnapshot } from '../../shared/contracts/index.ts';
import { loadConfig } from '../../shared/node/config/index.ts';
import { makeLifecycle } from '../../shared/node/lifecycle/index.ts';
import { connectNats, ensureStreams, makeFrameStore } from '../../shared/node/messaging/index.ts';
import { startRealtimeSimulator, type RealtimeSimulator } from '../sandbox/realtime/index.ts';
import { startUnitySimulator, type UnitySimulator } from '../sandbox/unity/index.ts';
import { bridgeVariables, openBridge, type SparkBridge } from './index.ts';
import { sha256Of } from './journal/index.ts';
import { makeTestFolder, silentLogger } from './testing/testJournal.ts';

/** The whole bridge against real PostgreSQL and NATS; stand-ins only for the editor and the model. */
const data = makeTestFolder();
const lifecycle = makeLifecycle({ logger: silentLogger });
const pushed: PushedEvent[] = [];
let unity: UnitySimulator;
let model: RealtimeSimulator;
let bridge: SparkBridge;
let sessionId: string;

beforeAll(async () => {
  const { env } = inject('stack');
  const link = connectNats({ url: env['NATS_URL'] ?? '', name: 'bridge-test', logger: silentLogger });
  lifecycle.own('nats', link.close);
  await link.ready();
  await ensureStreams(link);
  unity = await startUnitySimulator({
    projectDir: join(data.dir, 'SparkSample'),
    compileMs: 100,
    reloadMs: 100,
    buildMs: 1_500,
  });
  lifecycle.own('unity', unity.close);
  model = await startRealtimeSimulator({ deltaMs: 0 });
  lifecycle.own('model', model.close);
  const database = await makeFreshDatabase(clusterOf(inject('stack')));
  lifecycle.own('database', database.drop);
  const config = loadConfig(
    {
      ...env,
      SLATE_DB_NAME: database.config.SLATE_DB_NAME,
      SPARK_DATA_DIR: join(data.dir, 'data'),
      UNITY_MCP_URL: unity.url,
      SPARK_REALTIME_URL: model.url,
      OPENAI_REALTIME_API_KEY: model.key,
      SPARK_SIMULATED: 'unity,model',
    },
    [...bridgeVariables],
  );
  bridge = await openBridge({ config, logger: silentLogger, lifecycle, hostKind: 'web', version: '0.0.0' });
  bridge.subscribe((event) => pushed.push(event));
  sessionId = (await bridge.api['session.create']({})).session.sessionId;
});
afterAll(async () => {
  await lifecycle.shutdown('test');
  data.remove();
});

const snapshot = (): Promise<SessionSnapshot> => bridge.api['session.open']({ sessionId });
const patient = { timeout: 30_000, interval: 100 };

it('turns a request into an approved script on disk, its rows, and its events on the stream', async () => {
  await bridge.api['chat.send']({ sessionId, messageId: uuidv7(), text: 'Create a player controller' });
  await expect
    .poll(async () => (await snapshot()).calls.find((call) => call.state === 'awaiting_approval')?.name, patient)
    .toBe('generateUnityScript');
  const [call] = (await snapshot()).calls.filter(({ state }) => state === 'awaiting_approval');
  await bridge.api['approval.decide']({
    sessionId,
    callId: call?.callId ?? '',
    decision: { kind: 'approve', remember: false },
  });
  await expect.poll(async () => (await snapshot()).changes[0]?.compileStatus, patient).toBe('ok');

  const [change] = (await snapshot()).changes;
  const { after } = await bridge.api['change.read']({ changeId: change?.changeId ?? '' });
  expect(readFileSync(join(unity.projectDir, change?.path ?? ''), 'utf8')).toBe(after);
  expect(sha256Of(after ?? '')).toBe(change?.sha256After);
  const listStored = () =>
    bridge.api['change.list_stored']({ sessionId, changeIds: [change?.changeId ?? ''] }).then(({ stored }) => stored);
  await expect.poll(async () => (await listStored()).length, patient).toBe(1);
  await expect.poll(async () => (await bridge.api['health.get']({})).outboxDepth, patient).toBe(0);
  await expect
    .poll(
      async () =>
        (await snapshot()).messages.filter(({ role, status }) => role === 'assistant' && status === 'complete').length,
      patient,
    )
    .toBeGreaterThan(0);
  expect(pushed.some((event) => event.name === 'message.streamed')).toBe(true);
  const { costMicroUsd } = await bridge.api['health.get']({});
  expect(costMicroUsd).toBeGreaterThan(0);
});

it('keeps a preview and puts its bytes where its event says', async () => {
  const { frame } = await bridge.api['preview.render']({ sessionId, source: 'game_view', maxResolution: 256 });
  expect(frame).toMatchObject({ blank: false, kept: true });
  const { bytes } = await bridge.api['frame.read']({ frameId: frame.frameId, size: 'full' });
  expect(sha256Of(bytes)).toBe(frame.sha256);
  await expect.poll(async () => (await bridge.api['health.get']({})).outboxDepth, patient).toBe(0);
  const link = connectNats({ url: inject('stack').env['NATS_URL'] ?? '', name: 'bridge-test', logger: silentLogger });
  await link.ready();
  const stored = await makeFrameStore(link).get(frame.sha256);
  await link.close();
  expect(stored === undefined ? undefined : sha256Of(stored)).toBe(frame.sha256);
});

it('answers a build at once and pushes it to its end', async () => {
  const { build } = await bridge.api['build.start']({ sessionId, target: 'linux64', development: false });
  expect(build.state).toBe('starting');
  await expect
    .poll(async () => (await snapshot()).builds.find(({ buildId }) => buildId === build.buildId)?.state, patient)
    .toBe('succeeded');
  const elapsed = pushed.flatMap((event) => (event.name === 'build.changed' ? [event.payload.build.elapsedMs] : []));
  expect(elapsed.length).toBeGreaterThan(1);
});

it('says in its health that all is well and what is simulated', async () => {
  const { dependencies } = await bridge.api['health.get']({});
  expect(dependencies.map(({ id, status, simulated }) => `${id} ${status}${simulated ? ' simulated' : ''}`)).toEqual([
    'model ok simulated',
    'unity ok simulated',
    'nats ok',
    'primary ok',
    'replica ok',
    'journal ok',
  ]);
});
