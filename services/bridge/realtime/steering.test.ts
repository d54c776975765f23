import { PNG } from 'pngjs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { call, fault, say, startRealtimeSimulator, type RealtimeSimulator } from '../../sandbox/realtime/index.ts';
import { maxMessageChars } from './session.ts';
import { makeRecordingHost, makeTestEngine, type RecordingHost, isIdle, said, sessionId } from './testing.ts';
import type { RealtimeEngine } from './types.ts';

let simulator: RealtimeSimulator;
let host: RecordingHost;
let engine: RealtimeEngine;
let sent = 0;

beforeEach(async () => {
  simulator = await startRealtimeSimulator({ deltaMs: 0, key: 'sk-test' });
  host = makeRecordingHost();
  engine = makeTestEngine({ url: simulator.url, host });
});
afterEach(async () => {
  await engine.close();
  await simulator.close();
  expect(simulator.log.filter(({ parsed }) => parsed.kind === 'refused')).toEqual([]);
});

const nextId = (): string => `00000000-0000-7000-8000-${String((sent += 1)).padStart(12, '0')}`;
/** As the bridge does it: the message is in the history once it was sent. */
async function type(text: string, options: { whileBusy?: 'queue'; messageId?: string } = {}): Promise<void> {
  const { messageId = nextId(), ...rest } = options;
  await engine.send({ sessionId, messageId, text, ...rest });
  host.journal.push({ kind: 'message', role: 'user', text, messageId });
}

const events = () => simulator.log.flatMap(({ parsed }) => (parsed.kind === 'event' ? [parsed.event] : []));
/** What the model was told, in order: texts, outputs, pictures and requests. */
const wire = (): string[] =>
  events().flatMap((event) => {
    if (event.type === 'response.create') return ['ask'];
    if (event.type !== 'conversation.item.create') return [];
    const { item } = event;
    if (item.type === 'function_call_output') return [`output ${item.output}`];
    if (item.type !== 'message') return [];
    return item.content.map((part) =>
      part.type === 'input_image' ? `picture ${part.image_url}` : 'text' in part ? `${item.role}: ${part.text}` : '',
    );
  });
const misfit = { output: '{"success":false,"error":{"code":"invalid_input"}}', failure: 'arguments' } as const;

test('a queued message waits for the answer before it and is then answered itself', async () => {
  simulator.play([say('First.')], [say('Second.')]);
  const first = type('one');
  await host.until((seen) => seen.some((event) => event.kind === 'busy'));
  await Promise.all([first, type('two', { whileBusy: 'queue' })]);
  await host.until(said('Second.'));
  expect(wire()).toEqual(['user: one', 'ask', 'user: two', 'ask']);
});

test('a queued message can be taken back, and its sender hears so', async () => {
  simulator.play([say('Speaking'), fault({ kind: 'stall' })]);
  await type('one');
  const messageId = nextId();
  const waiting = expect(type('two', { whileBusy: 'queue', messageId })).rejects.toMatchObject({ code: 'cancelled' });
  expect(engine.unqueue({ sessionId, messageId })).toBe(true);
  await waiting;
  expect(engine.unqueue({ sessionId, messageId })).toBe(false);
  await engine.cancel(sessionId);
  expect(wire()).toEqual(['user: one', 'ask']);
});

test('cancel stops what runs; what is queued follows', async () => {
  simulator.play([say('Speaking'), fault({ kind: 'stall' })], [say('Next.')]);
  await type('one');
  await host.until((seen) => seen.some((event) => event.kind === 'delta'));
  const queued = type('two', { whileBusy: 'queue' });
  expect(await engine.cancel(sessionId)).toBe(true);
  await queued;
  await host.until(said('Next.'));
});

test('an interruption takes the queued messages along and gets one answer', async () => {
  simulator.play([say('Speaking'), fault({ kind: 'stall' })], [say('All three.')]);
  await type('one');
  await host.until((seen) => seen.some((event) => event.kind === 'delta'));
  await Promise.all([type('two', { whileBusy: 'queue' }), type('three')]);
  await host.until(said('All three.'));
  expect(wire()).toEqual(['user: one', 'ask', 'user: two', 'user: three', 'ask']);
});

test('asking again does not say the message twice, on the same connection and on a new one', async () => {
  simulator.play([say('First.')], [say('Better.')], [say('Best.')]);
  const messageId = nextId();
  await type('do it', { messageId });
  await host.until(said('First.'));
  await engine.retry({ sessionId, messageId });
  await host.until(said('Better.'));
  simulator.inject({ kind: 'terminate' });
  await expect.poll(() => simulator.connections()).toBe(0);
  await engine.retry({ sessionId, messageId });
  await host.until(said('Best.'));
  const asked = simulator.log.filter(
    ({ parsed }) => parsed.kind === 'event' && parsed.event.type === 'response.create',
  );
  const told = [...new Set(asked.map(({ connection }) => connection))].map((connection) =>
    JSON.stringify(simulator.log.filter((entry) => entry.connection === connection)),
  );
  expect(told.map((log) => log.split('do it').length - 1)).toEqual([1, 1]);
});

test('a turn that its host does not let go on stops with the host’s words, and goes on when it may', async () => {
  simulator.play([call('echo', {})], [say('Finished.')]);
  host.answer = async () => {
    host.permission = { kind: 'stop', code: 'rate_limited', message: 'The budget is used up.', may: ['extend'] };
    return '{}';
  };
  const messageId = nextId();
  await type('work', { messageId });
  await host.until(isIdle);
  expect(host.turnStates.at(-1)).toEqual({
    kind: 'stopped',
    code: 'rate_limited',
    message: 'The budget is used up.',
    may: ['extend'],
  });
  await expect.poll(wire).toEqual(['user: work', 'ask', 'output {}']);
  host.permission = { kind: 'go' };
  await engine.retry({ sessionId, messageId });
  await host.until(said('Finished.'));
  expect(host.turnStates.at(-1)).toEqual({ kind: 'idle' });
});

test('arguments that do not fit may be tried again twice, then the turn stops and says so', async () => {
  simulator.usePlanner(() => [call('echo', 'not json')]);
  host.answer = async () => misfit;
  await type('echo');
  await host.until(isIdle);
  expect(host.events.filter((event) => event.kind === 'call')).toHaveLength(3);
  expect(host.turnStates.at(-1)).toMatchObject({ kind: 'stopped', message: expect.stringContaining('echo 3 times') });
  expect(wire().filter((line) => line === 'ask')).toHaveLength(3);
});

test('failures in a row stop the turn; a success in between starts the count again', async () => {
  host.turnSettings = { ...host.turnSettings, maxFailuresInRow: 3 };
  simulator.usePlanner(() => [call('echo', {})]);
  let calls = 0;
  host.answer = async () => {
    calls += 1;
    return { output: '{}', failure: calls === 2 ? null : 'failed' };
  };
  await type('go');
  await host.until(isIdle);
  expect(calls).toBe(5);
  expect(host.turnStates.at(-1)).toMatchObject({ kind: 'stopped', may: ['continue', 'retry'] });
});

test('a call that waits for the developer holds up neither another call nor its output, and one request follows both', async () => {
  const approved = Promise.withResolvers<void>();
  host.answer = async ({ argumentsJson }) => {
    if (!argumentsJson.includes('slow')) return '{"quick":true}';
    await approved.promise;
    return '{"slow":true}';
  };
  simulator.play([call('echo', { slow: true }), call('echo', {})], [say('Both.')]);
  await type('two things');
  await expect.poll(wire).toEqual(['user: two things', 'ask', 'output {"quick":true}']);
  approved.resolve();
  await host.until(said('Both.'));
  expect(wire()).toEqual(['user: two things', 'ask', 'output {"quick":true}', 'output {"slow":true}', 'ask']);
});

test('what a call made to be looked at follows the outputs as a picture', async () => {
  host.answer = async () => ({
    output: '{}',
    failure: null,
    images: [{ mimeType: 'image/png', bytes: new Uint8Array([1, 2, 3]) }],
  });
  simulator.play([call('echo', {}), call('echo', {})], [say('I see.')]);
  await type('look');
  await host.until(said('I see.'));
  const pictures = wire().filter((line) => line.startsWith('picture'));
  expect(pictures).toEqual(['picture data:image/png;base64,AQID', 'picture data:image/png;base64,AQID']);
  expect(wire().indexOf(pictures[0] ?? '')).toBeGreaterThan(wire().lastIndexOf('output {}'));
  expect(wire().at(-1)).toBe('ask');
});

test('pictures of a message go with it, and never as text', async () => {
  simulator.play([say('Nice.')]);
  const bytes = PNG.sync.write(new PNG({ width: 1, height: 1 }));
  const images = [{ mimeType: 'image/png', bytes }];
  await engine.send({ sessionId, messageId: nextId(), text: 'this one', images });
  await host.until(said('Nice.'));
  expect(wire()).toEqual(['user: this one', `picture data:image/png;base64,${bytes.toString('base64')}`, 'ask']);
});

test('calls that were answered before are told as such, and the turn does not go on for ever', async () => {
  simulator.usePlanner(() => [{ kind: 'call', name: 'echo', arguments: {}, callId: 'call_same' }]);
  await type('again and again');
  await host.until(isIdle);
  expect(wire().filter((line) => line.startsWith('output'))).toHaveLength(1);
  await expect.poll(() => wire().filter((line) => line.includes('results already'))).toHaveLength(5);
  expect(host.turnStates.at(-1)).toMatchObject({ kind: 'stopped' });
});

test('a message of 5 MB is refused with what to do, and nothing of it is sent', async () => {
  await expect(type('x'.repeat(5 * 1024 * 1024))).rejects.toMatchObject({
    code: 'invalid_input',
    message: expect.stringMatching(/5,242,880 characters.*kept/),
  });
  expect(wire()).toEqual([]);
  simulator.play([say('Long.')]);
  await type('y'.repeat(maxMessageChars));
  await host.until(said('Long.'));
});

test('text of every kind arrives as it was typed; what no text may hold is replaced', async () => {
  const text = '😀 e\u0301 \u202Eabc\u202C \u0007 \u001B[31m مرحبا 漢字 \u{1F9D1}\u200D\u{1F680} \uFEFF';
  simulator.play([say(text)]);
  await type(`${text}\uD800\0`);
  await host.until(said(text));
  expect(wire()[0]).toBe(`user: ${text}\u{FFFD}\u{FFFD}`);
});
