import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig } from '../../../shared/node/config/index.ts';
import { makeLifecycle } from '../../../shared/node/lifecycle/index.ts';
import { bridgeVariables, openBridge } from '../bridge.ts';
import { makeTestFolder, silentLogger } from '../testing/testJournal.ts';
import type { SparkBridge } from '../types.ts';
import { toTitle } from './session.ts';

/** The whole bridge with nothing configured: it must work with its journal alone. */
let folder: ReturnType<typeof makeTestFolder>;
let bridge: SparkBridge;
const lifecycle = makeLifecycle({ logger: silentLogger });
const open = (): Promise<SparkBridge> =>
  openBridge({
    config: loadConfig({ SPARK_DATA_DIR: folder.dir }, [...bridgeVariables]),
    logger: silentLogger,
    lifecycle,
    hostKind: 'web',
    version: '0.0.0',
  });

beforeEach(async () => {
  folder = makeTestFolder();
  bridge = await open();
});
afterEach(async () => {
  await bridge.close();
  folder.remove();
});

const messageId = '01a20000-0000-7000-8000-0000000000b1';
const text = 'Create a player controller';

describe('a message when no model is connected', () => {
  it('is kept, says that it was not sent, and a notice says what to do', async () => {
    const { session } = await bridge.api['session.create']({});
    const { sessionId } = session;
    const { message } = await bridge.api['chat.send']({ sessionId, messageId, text });
    expect(message).toMatchObject({ text, status: 'failed', error: { code: 'realtime_unavailable' } });
    const opened = await bridge.api['session.open']({ sessionId });
    expect(opened.session.title).toBe(text);
    expect(opened.messages.map(({ role }) => role)).toEqual(['user', 'notice']);
    expect(opened.messages[1]?.text).toContain('OPENAI_REALTIME_API_KEY');
  });

  it('is one message however often it is sent, over a restart too', async () => {
    const { session } = await bridge.api['session.create']({ title: 'Mine' });
    const { sessionId } = session;
    await Promise.all([1, 2].map(() => bridge.api['chat.send']({ sessionId, messageId, text })));
    await bridge.close();
    bridge = await open();
    await bridge.api['chat.send']({ sessionId, messageId, text });
    const opened = await bridge.api['session.open']({ sessionId });
    expect(opened.session.title).toBe('Mine');
    expect(opened.messages.filter(({ role }) => role === 'user')).toHaveLength(1);
    await expect(bridge.api['chat.send']({ sessionId, messageId, text: 'another' })).rejects.toMatchObject({
      code: 'invalid_input',
    });
  });
});

describe('routes without servers', () => {
  it('say in health what is missing, and answer with what there is', async () => {
    const { dependencies, outboxDepth } = await bridge.api['health.get']({});
    expect(dependencies.map(({ id, status }) => [id, status])).toEqual([
      ['model', 'off'],
      ['unity', 'off'],
      ['nats', 'off'],
      ['primary', 'off'],
      ['replica', 'off'],
      ['journal', 'ok'],
    ]);
    expect(outboxDepth).toBe(0);
    const { session } = await bridge.api['session.create']({});
    const { sessionId } = session;
    expect(await bridge.api['change.list_stored']({ sessionId, changeIds: [] })).toEqual({
      stored: [],
      source: 'none',
    });
    await expect(bridge.api['build.start']({ sessionId, target: 'linux64', development: false })).rejects.toMatchObject(
      { code: 'unity_unavailable' },
    );
  });

  it('refuse a session that is not there', async () => {
    await expect(bridge.api['session.open']({ sessionId: messageId })).rejects.toMatchObject({ code: 'not_found' });
    await expect(
      bridge.api['preview.render']({ sessionId: messageId, source: 'game_view', maxResolution: 64 }),
    ).rejects.toMatchObject({ code: 'not_found' });
  });

  it('remember only folders that may be automatic', async () => {
    const remember = bridge.api['policy.remember'];
    const { rule } = await remember({ effect: 'write', folder: 'Assets/Scripts' });
    expect(await bridge.api['policy.list']({})).toEqual({ rules: [rule] });
    await expect(remember({ effect: 'write', folder: 'Assets' })).rejects.toMatchObject({
      code: 'path_outside_assets',
    });
    await expect(remember({ effect: 'build', folder: 'Assets/Scripts' })).rejects.toMatchObject({
      code: 'invalid_input',
    });
    expect(await bridge.api['policy.revoke']({ ruleId: rule.ruleId })).toEqual({ revoked: true });
    expect(await bridge.api['policy.list']({})).toEqual({ rules: [] });
  });
});

describe('a title', () => {
  it('is the first line, cut at a word to sixty characters', () => {
    expect(toTitle('  short \n rest')).toBe('short');
    expect(toTitle('word '.repeat(40)).length).toBeLessThanOrEqual(60);
    expect(toTitle('x'.repeat(200))).toHaveLength(60);
  });
});
