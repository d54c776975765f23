import { afterEach, beforeEach, expect, test } from 'vitest';
import { call, fault, say, startRealtimeSimulator, type RealtimeSimulator } from '../../sandbox/realtime/index.ts';
import { makeRecordingHost, makeTestEngine, type RecordingHost, isIdle, sessionId } from './testing.ts';
import type { RealtimeEngineOptions } from './engine.ts';
import type { RealtimeEngine } from './types.ts';

let simulator: RealtimeSimulator;
let host: RecordingHost;
let engine: RealtimeEngine;
let sent = 0;

beforeEach(async () => {
  simulator = await startRealtimeSimulator({ deltaMs: 0, key: 'sk-test' });
  host = makeRecordingHost();
});
afterEach(async () => {
  await engine.close();
  await simulator.close();
});

const start = (options: Partial<RealtimeEngineOptions> = {}): void => {
  engine = makeTestEngine({ url: simulator.url, host, ...options });
};

/** As the bridge does it: into the journal first, then to the engine. */
async function type(text: string): Promise<void> {
  sent += 1;
  const messageId = `00000000-0000-7000-8000-${String(sent).padStart(12, '0')}`;
  host.journal.push({ kind: 'message', role: 'user', text, messageId });
  await engine.send({ sessionId, messageId, text });
}

const done = () => host.events.filter((event) => event.kind === 'done');
/** Client events of one type, in the order of the wire; the engine's look at the start sends none of these. */
const sentOf = (wanted: string) =>
  simulator.log.flatMap(({ parsed, connection }) =>
    parsed.kind === 'event' && parsed.event.type === wanted ? [{ event: parsed.event, connection }] : [],
  );
const outputs = () =>
  sentOf('conversation.item.create').flatMap(({ event, connection }) =>
    event.type === 'conversation.item.create' && event.item.type === 'function_call_output'
      ? [{ callId: event.item.call_id, output: event.item.output, connection }]
      : [],
  );
const notRun = () => host.events.filter((event) => event.kind === 'not_run');
const refusedEvents = () => simulator.log.filter(({ parsed }) => parsed.kind === 'refused');
const assertNothingRefused = () => expect(refusedEvents()).toEqual([]);

test('a text turn arrives delta by delta and ends once, with usage', async () => {
  start();
  simulator.play([say('Hello there, developer.')]);
  await type('hi');
  await host.until(isIdle);
  const deltas = host.events.filter((event) => event.kind === 'delta');
  expect(deltas.length).toBeGreaterThan(1);
  expect(deltas.map((event) => event.delta).join('')).toBe('Hello there, developer.');
  expect(done()).toMatchObject([{ text: 'Hello there, developer.', status: 'complete' }]);
  expect(host.usages).toHaveLength(1);
  expect(host.usages[0]).toMatchObject({ model: 'gpt-realtime-2.1-mini' });
  expect(engine.status()).toMatchObject({ kind: 'ready', model: 'gpt-realtime-2.1-mini' });
  assertNothingRefused();
});

test('a function call gets one output and then one response is asked for', async () => {
  start();
  simulator.play([say('One moment.'), call('echo', { text: 'a' })], [say('Done.')]);
  await type('echo a');
  await host.until(isIdle);
  expect(outputs()).toHaveLength(1);
  expect(JSON.parse(outputs()[0]?.output ?? '')).toEqual({ success: true, name: 'echo' });
  expect(sentOf('response.create')).toHaveLength(2);
  expect(done().map((event) => event.text)).toEqual(['One moment.', 'Done.']);
});

test('parallel calls run side by side and are followed by one response', async () => {
  start();
  const begun: string[] = [];
  const both = Promise.withResolvers<void>();
  host.answer = async ({ callId }) => {
    begun.push(callId);
    if (begun.length === 2) both.resolve();
    // Neither ends before the other has begun.
    await both.promise;
    return '{"success":true}';
  };
  simulator.play([call('echo', {}), call('echo', {})], [say('Both done.')]);
  await type('twice');
  await host.until(isIdle);
  expect(
    outputs()
      .map((entry) => entry.callId)
      .toSorted(),
  ).toEqual(begun.toSorted());
  expect(sentOf('response.create')).toHaveLength(2);
});

test('a denial reaches the model with its reason and the turn goes on', async () => {
  host = makeRecordingHost(['generateUnityScript']);
  start();
  host.answer = async () =>
    JSON.stringify({
      success: false,
      error: { code: 'denied', message: 'denied', data: { reason: 'use a Rigidbody' } },
    });
  await type('Create a player controller');
  await host.until(isIdle);
  expect(host.events.filter((event) => event.kind === 'call')).toMatchObject([{ name: 'generateUnityScript' }]);
  expect(done().at(-1)?.text).toContain('use a Rigidbody');
});

test('cancel stops the response in the middle and keeps what was said', async () => {
  start();
  simulator.play([say('word '.repeat(5_000))]);
  await type('tell me');
  await host.until((events) => events.some((event) => event.kind === 'delta'));
  expect(await engine.cancel(sessionId)).toBe(true);
  expect(isIdle(host.events)).toBe(true);
  expect(done()).toMatchObject([{ status: 'cancelled', text: expect.stringMatching(/^word/) }]);
  expect(sentOf('response.cancel')).toHaveLength(1);
  expect(await engine.cancel(sessionId)).toBe(false);
});

test('cancel aborts a running call, which still gets its one output and no response', async () => {
  start();
  host.answer = (_, signal) =>
    new Promise((resolve) => {
      signal.addEventListener('abort', () =>
        resolve('{"success":false,"error":{"code":"cancelled","message":"stopped"}}'),
      );
    });
  simulator.play([call('echo', {})]);
  await type('long work');
  await host.until((events) => events.some((event) => event.kind === 'call'));
  await engine.cancel(sessionId);
  expect(isIdle(host.events)).toBe(true);
  // The frames are in the socket in order: a later one that arrived proves that the output did.
  simulator.play([say('Next.')]);
  await type('next');
  await host.until(
    (events) => isIdle(events) && events.some((event) => event.kind === 'done' && event.text === 'Next.'),
  );
  expect(outputs()).toHaveLength(1);
  expect(sentOf('response.create')).toHaveLength(2);
});

test('a message sent while the model speaks interrupts it, and both messages are in the conversation', async () => {
  start();
  simulator.play([say('Speaking'), fault({ kind: 'stall' })], [say('Yes?')]);
  await type('first');
  await host.until((events) => events.some((event) => event.kind === 'delta'));
  await type('second');
  await host.until((events) => events.some((event) => event.kind === 'done' && event.text === 'Yes?'));
  const texts = sentOf('conversation.item.create').flatMap(({ event }) =>
    event.type === 'conversation.item.create' && event.item.type === 'message'
      ? event.item.content.map((part) => ('text' in part ? part.text : ''))
      : [],
  );
  expect(texts).toEqual(['first', 'second']);
});

test('a connection lost before the answer is made again with the history and the answer asked for once more', async () => {
  start();
  simulator.play([say('First answer.')], [fault({ kind: 'terminate' })], [say('Second answer.')]);
  await type('one');
  await host.until(isIdle);
  await type('two');
  await host.until((events) => events.some((event) => event.kind === 'done' && event.text === 'Second answer.'));
  const last = Math.max(...sentOf('response.create').map((entry) => entry.connection));
  const replayed = sentOf('conversation.item.create').filter((entry) => entry.connection === last);
  expect(
    replayed.map(({ event }) =>
      event.type === 'conversation.item.create' && event.item.type === 'message' ? event.item.role : '',
    ),
  ).toEqual(['user', 'assistant', 'user']);
  expect(host.statuses.some((status) => status.kind === 'reconnecting')).toBe(true);
  assertNothingRefused();
});

test('an answer cut in the middle keeps what was said and goes on after it on a new connection', async () => {
  start();
  simulator.play([say('word '.repeat(5_000))], [say('and the rest.')]);
  await type('go');
  await host.until((events) => events.some((event) => event.kind === 'delta'));
  simulator.inject({ kind: 'terminate' });
  await host.until(isIdle);
  expect(done()).toMatchObject([
    { status: 'failed', code: 'realtime_unavailable', text: expect.stringMatching(/^word/) },
    { status: 'complete', text: 'and the rest.' },
  ]);
  const last = sentOf('response.create').at(-1)?.connection;
  const replayed = sentOf('conversation.item.create').filter(({ connection }) => connection === last);
  expect(JSON.stringify(replayed.at(-1)?.event)).toContain('Go on exactly there');
  assertNothingRefused();
});

test('a call that runs while the connection is lost is answered on the next one, and runs once', async () => {
  start();
  const cutNow = Promise.withResolvers<void>();
  host.answer = async () => {
    simulator.inject({ kind: 'terminate' });
    await cutNow.promise;
    return '{"success":true,"late":true}';
  };
  simulator.play([call('echo', {})], [say('Survived.')]);
  await type('work');
  while (simulator.connections() > 0) await new Promise((resolve) => setImmediate(resolve));
  cutNow.resolve();
  await host.until((events) => events.some((event) => event.kind === 'done' && event.text === 'Survived.'));
  expect(host.events.filter((event) => event.kind === 'call')).toHaveLength(1);
  const last = sentOf('response.create').at(-1)?.connection;
  expect(outputs().filter((entry) => entry.connection === last)).toHaveLength(1);
  assertNothingRefused();
});

test('a wrong key is down with what to do, and send rejects with realtime_rejected', async () => {
  start({ apiKey: 'sk-wrong' });
  await host.until((events) => events.some((event) => event.kind === 'status' && event.status.kind === 'down'));
  await expect(type('hi')).rejects.toMatchObject({ code: 'realtime_rejected' });
  expect(engine.status()).toMatchObject({ kind: 'down', detail: expect.stringContaining('OPENAI_REALTIME_API_KEY') });
});

test('without a key the engine is off and send says what to do', async () => {
  start({ apiKey: undefined });
  expect(engine.status()).toMatchObject({ kind: 'off' });
  await expect(type('hi')).rejects.toMatchObject({ code: 'realtime_unavailable' });
});

test('a service that is away is told as such, and the engine comes back by itself', async () => {
  simulator.refuseUpgrades(503);
  start();
  await host.until((events) => events.some((event) => event.kind === 'status' && event.status.kind === 'reconnecting'));
  await expect(type('hi')).rejects.toMatchObject({ code: 'realtime_unavailable' });
  simulator.refuseUpgrades(null);
  await host.until((events) => events.some((event) => event.kind === 'status' && event.status.kind === 'ready'));
});

test('malformed and unknown events are ignored', async () => {
  start();
  const frames = [
    'not json',
    '[]',
    '{"type":"response.done","response":7}',
    '{"type":"from.the.future"}',
    '{"type":7}',
  ];
  simulator.play([...frames.map((frame) => fault({ kind: 'raw', frame })), say('Still here.')]);
  await type('hi');
  await host.until(isIdle);
  expect(done()).toMatchObject([{ text: 'Still here.', status: 'complete' }]);
});

test('a response that fails for good tells why, the turn stops, and the session goes on', async () => {
  start();
  simulator.play([fault({ kind: 'fail', code: 'insufficient_quota', message: 'No credit.' })], [say('Back.')]);
  await type('hi');
  await host.until(isIdle);
  expect(done()).toMatchObject([{ status: 'failed', code: 'realtime_rejected' }]);
  expect(host.turnStates.at(-1)).toMatchObject({ kind: 'stopped', message: expect.stringContaining('Add credit') });
  await type('again');
  await host.until((events) => events.some((event) => event.kind === 'done' && event.text === 'Back.'));
});

test('a turn that calls without end stops at its limit and says so', async () => {
  host.turnSettings = { ...host.turnSettings, maxCalls: 3 };
  start();
  simulator.usePlanner(() => [call('echo', {})]);
  await type('forever');
  await host.until(isIdle);
  expect(host.events.filter((event) => event.kind === 'call')).toHaveLength(3);
  expect(notRun()).toMatchObject([{ code: 'rate_limited' }]);
  const kept = host.journal.flatMap((entry) => (entry.kind === 'call' ? [entry.output] : []));
  await expect.poll(() => outputs().map(({ output }) => output)).toEqual(kept);
  expect(done().at(-1)?.text).toContain('limit of 3 function calls');
  simulator.play([say('Over.')]);
  await type('enough');
  await host.until((events) => events.some((event) => event.kind === 'done' && event.text === 'Over.'));
  expect(outputs()).toHaveLength(4);
});

test('a duplicate call id is answered once', async () => {
  start();
  const same = { kind: 'call' as const, name: 'echo', arguments: {}, callId: 'call_same' };
  simulator.play([same], [same], [say('unreached')]);
  await type('twice');
  await host.until(isIdle);
  expect(outputs()).toHaveLength(1);
});

test('a silent response is given up, asked for again, and answered', async () => {
  start({ limits: { stallMs: 500 } });
  simulator.play([fault({ kind: 'stall' })], [say('Awake.')]);
  await type('hi');
  await host.until((events) => events.some((event) => event.kind === 'done' && event.text === 'Awake.'));
});

test('an old connection is replaced between turns, with the history', async () => {
  let now = 0;
  start({ clock: { now: () => now }, limits: { connectionAgeMs: 1_000 } });
  simulator.play([say('One.')], [say('Two.')]);
  await type('one');
  await host.until(isIdle);
  now = 2_000;
  await type('two');
  await host.until((events) => events.some((event) => event.kind === 'done' && event.text === 'Two.'));
  const connections = sentOf('response.create').map((entry) => entry.connection);
  expect(new Set(connections).size).toBe(2);
});

test('a fact is told once on every connection, whenever it was learnt, and asks for no answer', async () => {
  start();
  const learn = async (text: string): Promise<void> => {
    host.journal.push({ kind: 'fact', text });
    await engine.inform({ sessionId, text });
  };
  const toldOn = (connection: number | undefined): string[] =>
    sentOf('conversation.item.create').flatMap(({ event, connection: over }) =>
      over === connection ? (/(early|late) fact/.exec(JSON.stringify(event))?.slice(0, 1) ?? []) : [],
    );
  await learn('early fact');
  simulator.play([say('Good.')], [fault({ kind: 'terminate' })], [say('Again.')]);
  await type('and?');
  await host.until(isIdle);
  await learn('late fact');
  await type('so?');
  await host.until((events) => events.some((event) => event.kind === 'done' && event.text === 'Again.'));
  const connections = [...new Set(sentOf('response.create').map(({ connection }) => connection))];
  expect(connections.map(toldOn)).toEqual([
    ['early fact', 'late fact'],
    ['early fact', 'late fact'],
  ]);
  expect(sentOf('response.create')).toHaveLength(3);
});

test('a call of an answer that was cut short is not run, and its output says why', async () => {
  start();
  simulator.play([call('echo', { text: 'a' }), fault({ kind: 'incomplete', reason: 'max_output_tokens' })]);
  await type('echo a');
  await host.until(isIdle);
  expect(host.events.filter((event) => event.kind === 'call')).toEqual([]);
  await expect.poll(() => outputs().map(({ output }) => output)).toEqual([expect.stringContaining('cut short')]);
  expect(notRun()).toMatchObject([{ callId: outputs()[0]?.callId, code: 'realtime_rejected' }]);
});

test('a call that was asked for while the turn was being stopped is kept as cancelled, with the output it was given', async () => {
  start();
  simulator.play([call('echo', { text: 'a' }), say('word '.repeat(5_000))]);
  await type('echo a');
  await host.until((events) => events.some((event) => event.kind === 'delta'));
  await engine.cancel(sessionId);
  await expect.poll(outputs).toHaveLength(1);
  expect(host.events.filter((event) => event.kind === 'call')).toEqual([]);
  expect(notRun()).toMatchObject([{ callId: outputs()[0]?.callId, code: 'cancelled' }]);
});
