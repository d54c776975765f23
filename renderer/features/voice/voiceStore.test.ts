import { expect, test } from 'vitest';
import { failed, makeFakeClient, ok, type FakeRoutes } from '../../testing/fakeClient.ts';
import { encodePcm } from './pcm.ts';
import { describe as describeVoice } from './describe.ts';
import type { Frame } from './framer.ts';
import type { OpenMicrophone } from './microphone.ts';
import { makeVoice } from './voiceStore.ts';

const sessionId = '0198c0de-0000-7000-8000-000000000001';
const frame: Frame = { pcm: new Int16Array(960), level: 0.5 };

function setUp(
  routes: FakeRoutes = {},
  opening: 'open' | 'denied' | 'no_device' = 'open',
  useDevice: () => Promise<void> = async () => undefined,
) {
  const client = makeFakeClient({
    'voice.start': () => ok({ state: 'listening' }),
    'voice.append': () => ok({}),
    'voice.commit': () => ok({ taken: true }),
    'voice.stop': () => ok({}),
    'voice.heard': () => ok({}),
    ...routes,
  });
  let onFrame: (frame: Frame) => void = () => undefined;
  let asked = 0;
  let closed = 0;
  const openMicrophone: OpenMicrophone = async (options) => {
    asked += 1;
    onFrame = options.onFrame;
    return opening === 'open'
      ? { kind: 'open', microphone: { close: () => void (closed += 1) } }
      : { kind: opening, detail: '' };
  };
  const clock = { seconds: 0 };
  const voice = makeVoice({
    client,
    openMicrophone,
    makeSpeaker: () => ({
      now: () => clock.seconds,
      latency: () => 0,
      schedule: () => () => undefined,
      useDevice,
      close: () => undefined,
    }),
  });
  const routesAsked = () => client.requests.map(({ route }) => route);
  return { client, voice, clock, routesAsked, hear: () => onFrame(frame), asked: () => asked, closed: () => closed };
}

test('the microphone is asked for only when voice is turned on, and closed with it', async () => {
  const { voice, asked, closed, routesAsked } = setUp();
  expect(asked()).toBe(0);
  await voice.start(sessionId, 'hands_free');
  expect(asked()).toBe(1);
  expect(voice.store.getState()).toMatchObject({ phase: 'on', state: 'listening' });
  voice.stop();
  expect(closed()).toBe(1);
  expect(routesAsked()).toEqual(['voice.start', 'voice.stop']);
});

test('nothing leaves the window unless the person talks, and nothing while it is muted', async () => {
  const { voice, hear, routesAsked } = setUp();
  await voice.start(sessionId, 'push_to_talk');
  hear();
  voice.talk(true);
  hear();
  voice.mute(true);
  hear();
  voice.talk(false);
  hear();
  await expect.poll(routesAsked).toEqual(['voice.start', 'voice.append', 'voice.commit']);
});

test('when somebody speaks the playing stops and what was heard is told', async () => {
  const { client, voice, clock } = setUp();
  await voice.start(sessionId, 'hands_free');
  const base64 = encodePcm(new Int16Array(24_000));
  client.push('voice.audio', { sessionId, messageId: 'a', sequence: 0, base64 });
  clock.seconds = 0.56;
  client.push('voice.changed', { sessionId, state: 'speech' });
  expect(client.requests.at(-1)).toEqual({
    route: 'voice.heard',
    input: { sessionId, messageId: 'a', audioMs: 500, interrupted: true },
  });
});

test.each([
  ['denied', 'may not use the microphone'],
  ['no_device', 'No microphone was found'],
] as const)('%s says what to do and leaves voice off in the bridge', async (opening, words) => {
  const { voice, routesAsked } = setUp({}, opening);
  await voice.start(sessionId, 'push_to_talk');
  expect(voice.store.getState().phase).toBe(opening);
  expect(describeVoice(voice.store.getState())).toContain(words);
  expect(routesAsked()).toEqual(['voice.start', 'voice.stop']);
});

test('without a model the microphone is not asked for', async () => {
  const { voice, asked } = setUp({ 'voice.start': () => failed('realtime_unavailable', 'No key.') });
  await voice.start(sessionId, 'push_to_talk');
  expect(asked()).toBe(0);
  expect(describeVoice(voice.store.getState())).toContain('No key.');
});

test('a bridge that turned voice off closes the microphone, with the reason', async () => {
  const { client, voice, closed } = setUp();
  await voice.start(sessionId, 'hands_free');
  client.push('voice.changed', { sessionId, state: 'off', detail: 'Voice is off: nobody spoke.' });
  expect(closed()).toBe(1);
  expect(voice.store.getState()).toMatchObject({ phase: 'off', detail: 'Voice is off: nobody spoke.' });
});

test('what is stopped while its loudspeaker is being taken stays off', async () => {
  const taken = Promise.withResolvers<void>();
  const { voice, asked, closed } = setUp({}, 'open', () => taken.promise);
  const starting = voice.start(sessionId, 'hands_free');
  await expect.poll(asked).toBe(1);
  voice.stop();
  taken.resolve();
  await starting;
  expect(voice.store.getState()).toMatchObject({ phase: 'off', sessionId: null });
  expect(closed()).toBe(1);
});
