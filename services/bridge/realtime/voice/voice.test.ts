import { afterEach, beforeEach, expect, test } from 'vitest';
import { call, fault, say, startRealtimeSimulator, type RealtimeSimulator } from '../../../sandbox/realtime/index.ts';
import { decodeSpeech, encodeSpeech } from '../../../sandbox/realtime/speech/index.ts';
import type { RealtimeEngineOptions } from '../engine.ts';
import {
  makeRecordingHost,
  makeTestEngine,
  type HostEvent,
  type RecordingHost,
  isIdle,
  sessionId,
} from '../testing.ts';
import type { RealtimeEngine } from '../types.ts';

let simulator: RealtimeSimulator;
let host: RecordingHost;
let engine: RealtimeEngine;

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
const listen = (mode: 'push_to_talk' | 'hands_free', voice = 'marin') => engine.voice.start({ sessionId, mode, voice });
const toBase64 = (pcm: Int16Array): string =>
  Buffer.from(pcm.buffer, pcm.byteOffset, pcm.byteLength).toString('base64');
const silence = (ms: number): Int16Array => new Int16Array(ms * 24);
/** As the window does it: frames of 40 ms. */
function speak(...sounds: Int16Array[]): void {
  for (const pcm of sounds) {
    for (let at = 0; at < pcm.length; at += 960) {
      engine.voice.append({ sessionId, base64: toBase64(pcm.slice(at, at + 960)) });
    }
  }
}
async function tell(text: string): Promise<boolean> {
  speak(encodeSpeech(text));
  return await engine.voice.commit(sessionId);
}
const pause = silence(900);

const kinds = <K extends HostEvent['kind']>(kind: K) =>
  host.events.filter((event): event is Extract<HostEvent, { kind: K }> => event.kind === kind);
const voiceStates = () => kinds('voice').map((event) => event.state);
const isListening = (events: readonly HostEvent[]): boolean =>
  events.findLast((event) => event.kind === 'voice')?.state === 'listening';
const soundOf = (messageId: string): Int16Array => {
  const bytes = Buffer.concat(
    kinds('audio').flatMap((event) => (event.messageId === messageId ? [Buffer.from(event.base64, 'base64')] : [])),
  );
  return new Int16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
};
const sent = (type: string) =>
  simulator.log.flatMap(({ parsed }) => (parsed.kind === 'event' && parsed.event.type === type ? [parsed.event] : []));
const refused = () => simulator.log.filter(({ parsed }) => parsed.kind === 'refused');
/** The window has played all that came. */
function playAll(): void {
  for (const messageId of new Set(kinds('audio').map((event) => event.messageId))) {
    engine.voice.heard({ sessionId, messageId, audioMs: soundOf(messageId).length / 24, interrupted: false });
  }
}

test('a spoken request becomes a message with its words, and the spoken answer says its transcript', async () => {
  start();
  expect(await listen('push_to_talk')).toBe('listening');
  simulator.play([say('Hello there, developer.')]);
  expect(await tell('Say hello.')).toBe(true);
  await host.until(isIdle);
  await host.until((events) => events.some((event) => event.kind === 'words'));
  const [words] = kinds('words');
  expect(words).toMatchObject({ text: 'Say hello.', code: null, messageId: kinds('speech')[0]?.messageId });
  const [answer] = kinds('done');
  expect(answer).toMatchObject({ text: 'Hello there, developer.', status: 'complete' });
  expect(decodeSpeech(soundOf(answer?.messageId ?? ''))).toBe('Hello there, developer.');
  playAll();
  expect(voiceStates()).toEqual(['listening', 'speech', 'thinking', 'speaking', 'listening']);
  const [written, spoken] = ['transcription_', 'resp_'].map((prefix) =>
    host.usages.find(({ responseId }) => responseId.startsWith(prefix)),
  );
  expect(written?.inputAudioTokens).toBeGreaterThan(0);
  expect(spoken?.inputAudioTokens).toBeGreaterThan(0);
  expect(spoken?.outputAudioTokens).toBeGreaterThan(0);
  expect(sent('response.create')).toHaveLength(1);
  expect(refused()).toEqual([]);
});

test('hands-free, each utterance is one message and the service answers none of them by itself', async () => {
  start();
  await listen('hands_free');
  simulator.play([say('First answer.')], [say('Second answer.')]);
  speak(silence(500), encodeSpeech('One.'), pause);
  await host.until((events) => events.filter((event) => event.kind === 'done').length === 1);
  playAll();
  speak(encodeSpeech('Two.'), pause);
  await host.until((events) => events.filter((event) => event.kind === 'done').length === 2);
  await host.until((events) => events.filter((event) => event.kind === 'words').length === 2);
  expect(kinds('words').map((event) => event.text)).toEqual(['One.', 'Two.']);
  expect(sent('response.create')).toHaveLength(2);
  expect(refused()).toEqual([]);
});

test('calls of a spoken turn run as those of a typed one', async () => {
  start();
  await listen('push_to_talk');
  simulator.play([say('One moment.'), call('echo', { a: 1 })], [say('Done.')]);
  await tell('Echo.');
  await host.until(isIdle);
  expect(kinds('call')).toMatchObject([{ name: 'echo' }]);
  expect(kinds('done').map((event) => event.text)).toEqual(['One moment.', 'Done.']);
});

test('who speaks interrupts the answer: it is cancelled, cut at what was heard, and only that is kept', async () => {
  start();
  await listen('hands_free');
  simulator.play([say('word '.repeat(400).trim())], [say('Yes?')]);
  speak(encodeSpeech('Tell me.'), pause);
  await host.until((events) => events.filter((event) => event.kind === 'audio').length > 5);
  const [{ messageId } = { messageId: '' }] = kinds('audio');
  speak(encodeSpeech('Stop.'));
  await host.until(
    (events) => events.filter((event) => event.kind === 'voice' && event.state === 'speech').length === 2,
  );
  engine.voice.heard({ sessionId, messageId, audioMs: 500, interrupted: true });
  await host.until((events) => events.some((event) => event.kind === 'done'));
  const [cut] = kinds('done');
  expect(cut?.status).toBe('cancelled');
  expect(cut?.text).toMatch(/^word( word)*$/);
  expect(sent('response.cancel')).toHaveLength(1);
  expect(sent('conversation.item.truncate')).toMatchObject([{ item_id: messageId, audio_end_ms: 500 }]);
  speak(pause);
  await host.until((events) => events.filter((event) => event.kind === 'done').length === 2);
  expect(kinds('done')[1]?.text).toBe('Yes?');
  expect(refused()).toEqual([]);
});

test('an answer that is whole but still being played is cut the same way', async () => {
  start();
  await listen('push_to_talk');
  simulator.play([say('one two three four five six seven eight nine ten')], [say('ok')]);
  await tell('Count.');
  await host.until(isIdle);
  const [{ messageId } = { messageId: '' }] = kinds('done');
  speak(encodeSpeech('Stop.'));
  engine.voice.heard({ sessionId, messageId, audioMs: 700, interrupted: true });
  const [cut] = kinds('cut');
  expect(cut?.text).not.toBe('');
  expect('one two three four five six seven eight nine ten'.startsWith(cut?.text ?? '-')).toBe(true);
  expect(cut?.text.length).toBeLessThan(40);
  await engine.voice.commit(sessionId);
  await host.until((events) => events.filter((event) => event.kind === 'done').length === 2);
  expect(sent('conversation.item.truncate')).toMatchObject([{ audio_end_ms: 700 }]);
  expect(refused()).toEqual([]);
});

test('a spoken yes never decides a call that waits: the call goes on waiting, and one response answers both', async () => {
  start();
  await listen('hands_free');
  const decided = Promise.withResolvers<string>();
  let stopped = false;
  host.answer = (_call, signal) => {
    signal.addEventListener('abort', () => (stopped = true));
    return decided.promise;
  };
  simulator.play([call('echo', {})], [say('It needs your click.')], [say('too much')]);
  speak(encodeSpeech('Delete it.'), pause);
  await host.until((events) => events.some((event) => event.kind === 'call'));
  speak(encodeSpeech('Yes.'), pause);
  await host.until((events) => events.filter((event) => event.kind === 'words').length === 2);
  expect(stopped).toBe(false);
  expect(sent('conversation.item.create')).toEqual([]);
  expect(sent('response.create')).toHaveLength(1);
  decided.resolve('{"success":true}');
  await host.until(isIdle);
  playAll();
  await host.until(isListening);
  expect(kinds('done').map((event) => event.text)).toEqual(['It needs your click.']);
  expect(sent('response.create')).toHaveLength(2);
});

test('the model is told that speech approves nothing, only while voice is on', async () => {
  start();
  await listen('push_to_talk');
  engine.voice.stop(sessionId);
  await listen('push_to_talk');
  await tell('Hi.');
  const told = sent('session.update').flatMap((event) => (event.type === 'session.update' ? [event.session] : []));
  expect(told.slice(-3).map((session) => session.output_modalities)).toEqual([['audio'], ['text'], ['audio']]);
  expect(told.slice(-3).map((session) => session.instructions?.includes('approves'))).toEqual([true, false, true]);
});

test('with voice off an answer is text, and sound is refused', async () => {
  start();
  await listen('push_to_talk');
  engine.voice.stop(sessionId);
  expect(engine.voice.isOn()).toBe(false);
  expect(() => speak(silence(40))).toThrow('Voice is off');
  simulator.play([say('As text.')]);
  await engine.send({ sessionId, messageId: '00000000-0000-7000-8000-000000000001', text: 'hi' });
  await host.until(isIdle);
  expect(kinds('done')).toMatchObject([{ text: 'As text.' }]);
  expect(kinds('audio')).toEqual([]);
});

test('less than a tenth of a second is no message', async () => {
  start();
  await listen('push_to_talk');
  speak(silence(80));
  expect(await engine.voice.commit(sessionId)).toBe(false);
  expect(kinds('speech')).toEqual([]);
  expect(isListening(host.events)).toBe(true);
  await expect.poll(() => sent('input_audio_buffer.clear')).toHaveLength(1);
});

test('words that could not be written down are said to be so, and the answer comes all the same', async () => {
  start();
  await listen('push_to_talk');
  simulator.inject({ kind: 'transcription_failed' });
  simulator.play([say('I heard you.')]);
  await tell('Hello.');
  await host.until(isIdle);
  await host.until((events) => events.some((event) => event.kind === 'words'));
  expect(kinds('words')).toMatchObject([{ text: '', code: 'realtime_rejected' }]);
  expect(kinds('done')).toMatchObject([{ text: 'I heard you.' }]);
});

test('a lost connection comes back by itself while voice is on, and knows what was said', async () => {
  start();
  await listen('push_to_talk');
  simulator.play([say('Noted.')]);
  await tell('My number is seven.');
  await host.until(isIdle);
  await host.until((events) => events.some((event) => event.kind === 'words'));
  playAll();
  simulator.inject({ kind: 'close', code: 1011 });
  await host.until((events) => events.some((event) => event.kind === 'voice' && event.state === 'reconnecting'));
  await host.until(isListening);
  const replayed = () => JSON.stringify(sent('conversation.item.create'));
  await expect.poll(replayed).toContain('My number is seven.');
  await expect.poll(replayed).toContain('Noted.');
  expect(await tell('Again.')).toBe(true);
});

test('words that were lost with the connection are said to be lost, and nothing is asked for them', async () => {
  await simulator.close();
  // Words come so slowly that the connection is gone before the second.
  simulator = await startRealtimeSimulator({ deltaMs: 2_000, key: 'sk-test' });
  start();
  await listen('push_to_talk');
  simulator.play([fault({ kind: 'stall' })]);
  await tell('Lost words.');
  simulator.inject({ kind: 'terminate' });
  await host.until((events) => events.some((event) => event.kind === 'words'));
  expect(kinds('words')).toMatchObject([{ text: '', code: 'realtime_unavailable' }]);
  await host.until(isIdle);
  await host.until(isListening);
  expect(sent('response.create').length).toBeLessThan(2);
});

test('voice is on in one session at most, and another voice takes a new connection', async () => {
  start();
  await listen('push_to_talk');
  simulator.play([say('Hello.')]);
  await tell('Hi.');
  await host.until(isIdle);
  const other = 'ffffffff-89ab-7def-8123-456789abcdef';
  await engine.voice.start({ sessionId: other, mode: 'push_to_talk', voice: 'marin' });
  expect(kinds('voice').findLast((event) => event.detail !== '')?.detail).toContain('another session');
  await listen('push_to_talk', 'cedar');
  const voices = sent('session.update').flatMap((event) =>
    event.type === 'session.update' ? [event.session.audio?.output?.voice] : [],
  );
  expect(voices.at(-1)).toBe('cedar');
  expect(refused()).toEqual([]);
});

test('voice goes off by itself when nobody speaks, and says so', async () => {
  start({ limits: { idleMs: 30 } });
  await listen('hands_free');
  await host.until((events) => events.findLast((event) => event.kind === 'voice')?.state === 'off');
  expect(kinds('voice').at(-1)?.detail).toContain('nobody spoke');
  expect(engine.voice.isOn()).toBe(false);
});
