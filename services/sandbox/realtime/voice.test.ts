import { afterEach, beforeEach, expect, test } from 'vitest';
import { fault, say, startRealtimeSimulator, type RealtimeSimulator } from './index.ts';
import { fromBase64, joinPcm, toBase64 } from './sound/pcm.ts';
import { decodeSpeech, encodeSpeech, speechRateHz } from './speech/index.ts';
import { connectWith, type ServerEvent, type TestClient } from './testing/client.ts';

let simulator: RealtimeSimulator;

beforeEach(async () => {
  simulator = await startRealtimeSimulator({ deltaMs: 0 });
});
afterEach(async () => {
  await simulator.close();
});

const silence = (ms: number): Int16Array => new Int16Array((ms * speechRateHz) / 1_000);
const hum = (ms: number): Int16Array => silence(ms).map((_, at) => 9_000 * Math.sin(at / 9));
const byHand = { output_modalities: ['audio'], audio: { input: { turn_detection: null } } };
const transcribed = { model: 'gpt-4o-mini-transcribe' };

/** As a microphone does it: many small appends whose size is no multiple of anything. */
function speak(client: TestClient, pcm: Int16Array, step = 2_047): void {
  for (let at = 0; at < pcm.length; at += step) {
    client.send({ type: 'input_audio_buffer.append', audio: toBase64(pcm.subarray(at, at + step)) });
  }
}

const heardIn = (events: readonly ServerEvent[]): Int16Array =>
  joinPcm(
    events
      .filter((event) => event.type === 'response.output_audio.delta')
      .map((event) => fromBase64(String(event['delta'])) ?? new Int16Array(0)),
  );

test('what was said reaches the model as sound, and its answer can be heard', async () => {
  const client = await connectWith(simulator, byHand);
  const asked: string[] = [];
  simulator.usePlanner(({ items }) => {
    for (const item of items)
      if (item.type === 'message') for (const part of item.content) if ('text' in part) asked.push(part.text);
    return [say('I wrote **Door** for you.')];
  });
  speak(client, encodeSpeech('Write a door.'));
  client.send({ type: 'input_audio_buffer.commit' });
  client.send({ type: 'response.create' });
  const { response } = await client.next('response.done');
  expect(asked).toEqual(['Write a door.']);
  expect(decodeSpeech(heardIn(client.events))).toBe('I wrote Door for you.');
  expect(response).toMatchObject({
    status: 'completed',
    output_modalities: ['audio'],
    output: [{ role: 'assistant', content: [{ type: 'output_audio', transcript: 'I wrote Door for you.' }] }],
    usage: { input_token_details: { audio_tokens: 6 }, output_token_details: { text_tokens: 6, audio_tokens: 16 } },
  });
  const types = client.types();
  expect(types.indexOf('input_audio_buffer.committed')).toBeLessThan(types.indexOf('conversation.item.added'));
  expect(
    types.slice(types.indexOf('response.content_part.added')).filter((type, at, all) => type !== all[at - 1]),
  ).toEqual([
    'response.content_part.added',
    'response.output_audio_transcript.delta',
    'response.output_audio.delta',
    'response.output_audio.done',
    'response.output_audio_transcript.done',
    'response.content_part.done',
    'response.output_item.done',
    'conversation.item.done',
    'response.done',
  ]);
});

test('speech is transcribed word by word, and the item then carries its transcript and its audio', async () => {
  const client = await connectWith(simulator, {
    audio: { input: { turn_detection: null, transcription: transcribed } },
  });
  const said = encodeSpeech('Make it faster.');
  speak(client, said);
  client.send({ type: 'input_audio_buffer.commit' });
  const { item_id: itemId } = await client.next('input_audio_buffer.committed');
  const done = await client.next('conversation.item.input_audio_transcription.completed');
  expect(done).toMatchObject({ item_id: itemId, content_index: 0, transcript: 'Make it faster.' });
  expect(client.types().filter((type) => type.endsWith('transcription.delta'))).toHaveLength(3);
  client.send({ type: 'conversation.item.retrieve', item_id: itemId });
  const { item } = await client.next('conversation.item.retrieved');
  expect(item).toMatchObject({
    content: [{ type: 'input_audio', transcript: 'Make it faster.', audio: toBase64(said) }],
  });
});

test('a voice that is not its own is not understood, and it says so honestly', async () => {
  const client = await connectWith(simulator, {
    audio: { input: { turn_detection: null, transcription: transcribed } },
  });
  speak(client, hum(2_500));
  client.send({ type: 'input_audio_buffer.commit' });
  client.send({ type: 'response.create' });
  const completed = await client.next('conversation.item.input_audio_transcription.completed');
  expect(completed).toMatchObject({ transcript: '' });
  await client.next('response.done');
  const text = client.events.find((event) => event.type === 'response.output_text.done')?.['text'];
  expect(text).toContain('speech of 2.5 seconds');
  expect(text).toContain('only my own test voice');
});

test('the server notices when someone speaks and stops, commits that, and answers', async () => {
  const client = await connectWith(simulator, { audio: { input: { turn_detection: { type: 'server_vad' } } } });
  simulator.play([say('Hello.')]);
  speak(client, joinPcm([silence(1_000), encodeSpeech('Hi there.'), silence(700)]));
  const started = await client.next('input_audio_buffer.speech_started');
  const stopped = await client.next('input_audio_buffer.speech_stopped');
  const committed = await client.next('input_audio_buffer.committed');
  expect(started['audio_start_ms']).toBe(700);
  expect(stopped['audio_end_ms']).toBeGreaterThan(1_900);
  expect(new Set([started['item_id'], stopped['item_id'], committed['item_id']]).size).toBe(1);
  expect(await client.next('response.output_text.done')).toMatchObject({ text: 'Hello.' });
});

test('two turns in one piece of sound are two items', async () => {
  const detection = { type: 'server_vad', create_response: false };
  const client = await connectWith(simulator, {
    audio: { input: { turn_detection: detection, transcription: { model: 'whisper-1' } } },
  });
  const both = joinPcm([encodeSpeech('First.'), silence(800), encodeSpeech('Second.'), silence(800)]);
  client.send({ type: 'input_audio_buffer.append', audio: toBase64(both) });
  const transcripts = [
    await client.next('conversation.item.input_audio_transcription.completed'),
    await client.next('conversation.item.input_audio_transcription.completed'),
  ];
  expect(transcripts.map((event) => event['transcript'])).toEqual(['First.', 'Second.']);
  expect(transcripts[0]?.['usage']).toMatchObject({ type: 'duration' });
  expect(client.types()).not.toContain('response.created');
});

test('who starts to speak interrupts the answer, unless that is switched off', async () => {
  const client = await connectWith(simulator, {});
  simulator.play([fault({ kind: 'stall' })]);
  client.send({ type: 'response.create' });
  await client.next('response.created');
  speak(client, encodeSpeech('Stop'));
  expect(await client.next('response.done')).toMatchObject({
    response: { status: 'cancelled', status_details: { reason: 'turn_detected' } },
  });
  const detection = { type: 'server_vad', interrupt_response: false };
  client.send({
    type: 'session.update',
    session: { type: 'realtime', audio: { input: { turn_detection: detection } } },
  });
  simulator.play([fault({ kind: 'stall' })]);
  client.send({ type: 'response.create' });
  await client.next('response.created');
  speak(client, joinPcm([encodeSpeech('Stop'), silence(600)]));
  // Speech that ends while a response runs on cannot begin another.
  expect(await client.next('error')).toMatchObject({
    error: { code: 'conversation_already_has_active_response', event_id: null },
  });
});

test('the semantic detection waits for the end of a sentence', async () => {
  const detection = { type: 'semantic_vad', eagerness: 'low', create_response: false };
  const client = await connectWith(simulator, { audio: { input: { turn_detection: detection } } });
  speak(client, joinPcm([encodeSpeech('Create a'), silence(1_000), encodeSpeech('door.'), silence(400)]));
  await client.next('input_audio_buffer.speech_started');
  const stopped = await client.next();
  expect(stopped.type).toBe('input_audio_buffer.speech_stopped');
  const { item_id: itemId } = stopped;
  await client.next('conversation.item.done');
  client.send({ type: 'conversation.item.retrieve', item_id: itemId });
  const { item } = await client.next('conversation.item.retrieved');
  const [part] = (item as { content: { audio: string }[] }).content;
  expect(decodeSpeech(fromBase64(part?.audio ?? '') ?? new Int16Array(0))).toBe('Create a door.');
});

test('an answer that was cut off is cut where it was heard, and its transcript is gone', async () => {
  const client = await connectWith(simulator, byHand);
  simulator.play([say('One two three four five six seven eight nine ten eleven twelve.')], [say('ok')]);
  client.send({ type: 'response.create' });
  const { item } = await client.next('conversation.item.done');
  const itemId = (item as { id: string }).id;
  client.send({ type: 'conversation.item.truncate', item_id: itemId, content_index: 0, audio_end_ms: 1_000 });
  expect(await client.next('conversation.item.truncated')).toMatchObject({ item_id: itemId, audio_end_ms: 1_000 });
  client.send({ type: 'conversation.item.retrieve', item_id: itemId });
  const { item: cut } = await client.next('conversation.item.retrieved');
  const [part] = (cut as { content: { audio: string; transcript?: string }[] }).content;
  expect(part).not.toHaveProperty('transcript');
  expect(fromBase64(part?.audio ?? '')).toHaveLength(24_000);
  client.send({
    type: 'conversation.item.truncate',
    event_id: 'e',
    item_id: itemId,
    content_index: 0,
    audio_end_ms: 1_001,
  });
  expect(await client.next('error')).toMatchObject({ error: { param: 'audio_end_ms', event_id: 'e' } });
  let remembered = '';
  simulator.usePlanner(({ items }) => {
    const first = items[0];
    remembered =
      first?.type === 'message' && first.content[0] && 'text' in first.content[0] ? first.content[0].text : '';
    return [say('ok')];
  });
  client.send({ type: 'response.create' });
  await client.next('response.done');
  client.send({ type: 'response.create' });
  await client.next('response.done');
  expect(remembered).toBe('One two three four five six');
});

test('the voice is free until the first sound, then fixed', async () => {
  const client = await connectWith(simulator, byHand);
  const update = (voice: string) =>
    client.send({ type: 'session.update', session: { type: 'realtime', audio: { output: { voice } } } });
  update('cedar');
  expect(await client.next('session.updated')).toMatchObject({ session: { audio: { output: { voice: 'cedar' } } } });
  simulator.play([say('Hello.')]);
  client.send({ type: 'response.create' });
  await client.next('response.done');
  update('marin');
  expect(await client.next('error')).toMatchObject({ error: { code: 'cannot_update_voice' } });
  update('cedar');
  await client.next('session.updated');
});

test.each([
  ['what is no base64', { type: 'input_audio_buffer.append', event_id: 'e', audio: '***' }, 'invalid_value'],
  ['half a sample', { type: 'input_audio_buffer.append', event_id: 'e', audio: 'AAAA' }, 'invalid_value'],
  [
    'more than 15 MiB',
    { type: 'input_audio_buffer.append', event_id: 'e', audio: 'A'.repeat(20 * 1024 * 1024 + 4) },
    'audio_too_large',
  ],
  ['a commit of nothing', { type: 'input_audio_buffer.commit', event_id: 'e' }, 'input_audio_buffer_commit_empty'],
  ['clearing a buffer that only WebRTC has', { type: 'output_audio_buffer.clear', event_id: 'e' }, 'unsupported_event'],
])('%s is refused and the session lives', async (_, event, code) => {
  const client = await connectWith(simulator, byHand);
  client.send(event);
  expect(await client.next('error')).toMatchObject({ error: { code, event_id: 'e' } });
  client.send({ type: 'input_audio_buffer.clear' });
  await client.next('input_audio_buffer.cleared');
});

test('99 ms are too little to commit, 100 ms are enough, and what was cleared is gone', async () => {
  const client = await connectWith(simulator, byHand);
  speak(client, hum(99));
  client.send({ type: 'input_audio_buffer.commit' });
  expect(await client.next('error')).toMatchObject({
    error: { code: 'input_audio_buffer_commit_empty', message: expect.stringContaining('99.00ms') },
  });
  speak(client, hum(1));
  client.send({ type: 'input_audio_buffer.commit' });
  await client.next('input_audio_buffer.committed');
  speak(client, hum(200));
  client.send({ type: 'input_audio_buffer.clear' });
  client.send({ type: 'input_audio_buffer.commit' });
  await client.next('error');
});

test('a transcription can fail on demand', async () => {
  const client = await connectWith(simulator, {
    audio: { input: { turn_detection: null, transcription: transcribed } },
  });
  simulator.inject({ kind: 'transcription_failed' });
  speak(client, encodeSpeech('Hello.'));
  client.send({ type: 'input_audio_buffer.commit' });
  await client.next('conversation.item.input_audio_transcription.failed');
});
