import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ConfigItem, PushedEvent } from '../../../shared/contracts/index.ts';
import type { Environment } from '../../../shared/node/config/index.ts';
import { makeLifecycle, type Lifecycle } from '../../../shared/node/lifecycle/index.ts';
import { makeTestFolder, silentLogger } from '../testing/testJournal.ts';
import type { SparkBridge } from '../types.ts';
import { openHostedBridge, type HostedBridgeOptions } from './hostedBridge.ts';
import { makeSessionSecrets } from './sessionSecrets.ts';

/** No server is there: a port that nothing listens on stands for a Unity that is set up and away. */
const unity = 'http://127.0.0.1:9/mcp';
let folder: ReturnType<typeof makeTestFolder>;
let lifecycle: Lifecycle;
let bridge: SparkBridge;

async function open(environment: Environment = {}, more: Partial<HostedBridgeOptions> = {}): Promise<void> {
  lifecycle = makeLifecycle({ logger: silentLogger });
  bridge = await openHostedBridge({
    layers: { environment: { SPARK_DATA_DIR: folder.dir, ...environment }, file: {} },
    hostVariables: ['SPARK_LOG_LEVEL'],
    logger: silentLogger,
    lifecycle,
    hostKind: 'web',
    version: '0.0.0',
    secrets: makeSessionSecrets(),
    logLines: () => ['{"msg":"connected with sk-hunter2 to nats://spark:hunter3@host:4222"}'],
    ...more,
  });
}
async function restart(environment: Environment = {}): Promise<void> {
  await lifecycle.shutdown('restart');
  await open(environment);
}
const itemOf = async (name: string): Promise<ConfigItem | undefined> =>
  (await bridge.api['config.list']({})).items.find((item) => item.name === name);
const firstRun = async (): Promise<boolean> => (await bridge.api['app.get']({})).setup.firstRun;

beforeEach(async () => {
  folder = makeTestFolder();
  await open();
});
afterEach(async () => {
  await lifecycle.shutdown('end');
  folder.remove();
});

describe('the configuration of a program', () => {
  it('is used at once when it is changed, says where it is from, and is there after a restart', async () => {
    expect(await itemOf('UNITY_MCP_URL')).toMatchObject({ source: 'default', isSet: false, locked: null });
    expect((await bridge.api['health.get']({})).dependencies[1]).toMatchObject({ id: 'unity', status: 'off' });
    await bridge.api['config.update']({ values: { UNITY_MCP_URL: unity } });
    expect(await itemOf('UNITY_MCP_URL')).toMatchObject({ source: 'settings', value: unity });
    expect((await bridge.api['health.get']({})).dependencies[1]?.status).not.toBe('off');
    await restart();
    expect(await itemOf('UNITY_MCP_URL')).toMatchObject({ source: 'settings', value: unity });
    await bridge.api['config.update']({ values: { UNITY_MCP_URL: null } });
    expect(await itemOf('UNITY_MCP_URL')).toMatchObject({ source: 'default', value: null });
  });

  it('is not changed where the environment decides, and nothing else of the same request is', async () => {
    await restart({ UNITY_MCP_URL: unity });
    expect(await itemOf('UNITY_MCP_URL')).toMatchObject({ source: 'environment', locked: expect.any(String) });
    const values = { UNITY_MCP_URL: 'http://127.0.0.1:10/mcp', SPARK_USER_ID: 'me' };
    await expect(bridge.api['config.update']({ values })).rejects.toMatchObject({ code: 'invalid_input' });
    expect(await itemOf('SPARK_USER_ID')).toMatchObject({ isSet: false });
  });

  it('never shows a secret: only that it is set', async () => {
    await bridge.api['config.update']({ values: { UNITY_MCP_TOKEN: 'sk-hunter2' } });
    const list = await bridge.api['config.list']({});
    expect(JSON.stringify(list)).not.toContain('hunter2');
    expect(await itemOf('UNITY_MCP_TOKEN')).toMatchObject({ kind: 'secret', isSet: true, value: null });
    expect(readFileSync(join(folder.dir, 'settings.json'), 'utf8')).not.toContain('hunter2');
  });

  it('says what is wrong with each value before anything is kept', async () => {
    const values = { UNITY_MCP_URL: 'localhost', SLATE_DB_PORT: '0', NO_SUCH: 'x', SPARK_USER_ID: 'me' };
    const { problems } = await bridge.api['config.check']({ values });
    expect(Object.keys(problems)).toEqual(['UNITY_MCP_URL', 'SLATE_DB_PORT', 'NO_SUCH']);
    await expect(bridge.api['config.update']({ values })).rejects.toMatchObject({ code: 'invalid_input' });
    expect(existsSync(join(folder.dir, 'settings.json'))).toBe(false);
  });

  it('keeps sessions and listeners over the change, and tells the listeners to ask again', async () => {
    const events: PushedEvent['name'][] = [];
    bridge.subscribe(({ name }) => void events.push(name));
    const { session } = await bridge.api['session.create']({ title: 'Mine' });
    await bridge.api['config.update']({ values: { SPARK_USER_ID: 'me' } });
    expect((await bridge.api['session.list']({})).sessions).toEqual([session]);
    await bridge.api['session.rename']({ sessionId: session.sessionId, title: 'Still mine' });
    expect(events).toEqual(expect.arrayContaining(['app.reopened']));
    expect(events.at(-1)).toBe('session.changed');
  });
});

describe('the first run', () => {
  it('lasts until the setup is finished or something is set up', async () => {
    expect(await firstRun()).toBe(true);
    await bridge.api['setup.finish']({});
    expect(await firstRun()).toBe(false);
    await restart();
    expect(await firstRun()).toBe(false);
  });

  it('is none where the environment sets Unity up', async () => {
    await restart({ UNITY_MCP_URL: unity });
    expect(await firstRun()).toBe(false);
  });
});

describe('a test of a connection', () => {
  it('tries values that are not kept, and says what to do', async () => {
    const tested = await bridge.api['setup.test']({ target: 'unity', values: { UNITY_MCP_URL: unity } });
    expect(tested).toMatchObject({ status: 'failed', address: unity });
    expect(tested.detail).toContain('start the server');
    expect(await itemOf('UNITY_MCP_URL')).toMatchObject({ isSet: false });
  });

  it('is none of what is not set', async () => {
    for (const target of ['model', 'nats', 'primary', 'replica'] as const) {
      expect(await bridge.api['setup.test']({ target, values: {} })).toMatchObject({ status: 'not_set' });
    }
  });

  it('says of a database that is away where it was looked for', async () => {
    const values = { SLATE_DB_HOST: '127.0.0.1', SLATE_DB_PORT: '9' };
    const tested = await bridge.api['setup.test']({ target: 'primary', values });
    expect(tested).toMatchObject({ status: 'failed', address: '127.0.0.1:9/wissil_db' });
  });
});

describe('erasing', () => {
  it('takes everything away, and the program goes on as on its first day', async () => {
    await bridge.api['session.create']({ title: 'Mine' });
    await bridge.api['config.update']({ values: { SPARK_USER_ID: 'me', UNITY_MCP_TOKEN: 'sk-hunter2' } });
    await expect(bridge.api['data.erase']({ evenUnsent: false })).rejects.toMatchObject({
      code: 'unsent_events',
      data: { outboxDepth: 1 },
    });
    expect((await bridge.api['session.list']({})).sessions).toHaveLength(1);
    await bridge.api['data.erase']({ evenUnsent: true });
    expect((await bridge.api['session.list']({})).sessions).toEqual([]);
    expect([(await itemOf('SPARK_USER_ID'))?.isSet, (await itemOf('UNITY_MCP_TOKEN'))?.isSet]).toEqual([false, false]);
    expect(await firstRun()).toBe(true);
  });
});

describe('the sandbox', () => {
  it('goes over what is set up, keeps its sessions apart, and gives everything back', async () => {
    let closed = 0;
    const startStandIns = async () => ({
      env: { UNITY_MCP_URL: unity, NATS_URL: '', SPARK_SIMULATED: 'unity,model' },
      close: async () => void (closed += 1),
    });
    await lifecycle.shutdown('restart');
    await open({ NATS_URL: 'nats://127.0.0.1:9' }, { startStandIns });
    const { session } = await bridge.api['session.create']({ title: 'Real' });
    expect((await bridge.api['app.get']({})).setup.sandbox).toBe('off');
    await bridge.api['setup.sandbox']({ on: true });
    const on = await bridge.api['app.get']({});
    expect([on.setup.sandbox, on.simulated]).toEqual(['on', true]);
    expect(await itemOf('NATS_URL')).toMatchObject({ source: 'sandbox', isSet: false });
    expect((await bridge.api['session.list']({})).sessions).toEqual([]);
    await bridge.api['setup.sandbox']({ on: false });
    expect((await bridge.api['session.list']({})).sessions).toEqual([session]);
    expect(closed).toBe(1);
  });

  it('that cannot be opened is given up, and everything is as before', async () => {
    let closed = 0;
    const startStandIns = async () => ({ env: { UNITY_MCP_URL: 'nonsense' }, close: async () => void (closed += 1) });
    await lifecycle.shutdown('restart');
    await open({}, { startStandIns });
    const { session } = await bridge.api['session.create']({ title: 'Mine' });
    await expect(bridge.api['setup.sandbox']({ on: true })).rejects.toMatchObject({ code: 'config_invalid' });
    expect((await bridge.api['app.get']({})).setup.sandbox).toBe('off');
    expect((await bridge.api['session.list']({})).sessions).toEqual([session]);
    expect(closed).toBe(1);
  });
});

describe('a report', () => {
  it('says versions, health, what is set and the end of the log, and has no secret', async () => {
    await restart({ NATS_URL: 'nats://spark:hunter3@127.0.0.1:9' });
    await bridge.api['config.update']({ values: { UNITY_MCP_TOKEN: 'sk-hunter2' } });
    const { text } = await bridge.api['report.get']({});
    expect(text).toContain('SPARK 0.0.0 · web');
    expect(text).toContain('- unity: off');
    expect(text).toContain('- UNITY_MCP_TOKEN (settings)');
    expect(text).toContain('connected with [secret] to nats://[secret]@host:4222');
    expect(text).not.toMatch(/hunter/);
    expect(text).not.toContain(folder.dir);
  });
});

describe('windows', () => {
  it('are those of the desktop app; a browser has its own', async () => {
    await expect(bridge.api['desktop.act']({ act: 'new_window' })).rejects.toMatchObject({ code: 'unsupported' });
    let onTop = false;
    const did: string[] = [];
    const windows = {
      open: () => undefined,
      focus: () => undefined,
      isAlwaysOnTop: () => onTop,
      setAlwaysOnTop: (on: boolean) => void (onTop = on),
      reveal: () => undefined,
      openLogs: () => void did.push('logs'),
      moveData: async () => void did.push('move'),
    };
    await lifecycle.shutdown('restart');
    await open({}, { windows });
    expect(await bridge.api['desktop.act']({ act: 'always_on_top', on: true })).toMatchObject({ alwaysOnTop: true });
    await bridge.api['desktop.act']({ act: 'open_logs' });
    await bridge.api['desktop.act']({ act: 'move_data' });
    expect(did).toEqual(['logs', 'move']);
  });
});
