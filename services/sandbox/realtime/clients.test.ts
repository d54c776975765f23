import { OpenAIRealtimeWebSocket } from '@openai/agents-realtime';
import OpenAI from 'openai';
import { OpenAIRealtimeWS } from 'openai/realtime/ws';
import { expect, test } from 'vitest';
import { call, say, startRealtimeSimulator } from './index.ts';
import { joinPcm, toBase64 } from './sound/pcm.ts';
import { decodeSpeech, encodeSpeech } from './speech/index.ts';
import { makeCertificate } from './testing/certificate.ts';

/** Clients that nobody here wrote hold whole sessions with the stand-in. */
const weather = {
  type: 'function' as const,
  name: 'weather',
  description: 'The weather of a place.',
  parameters: {
    type: 'object' as const,
    properties: { place: { type: 'string' } },
    required: ['place'],
    additionalProperties: false as const,
  },
};
const model = 'gpt-realtime-2.1-mini';

test('the official client holds a session over TLS: streamed text, a function call and its output', async () => {
  const tls = makeCertificate();
  const simulator = await startRealtimeSimulator({ deltaMs: 0, tls });
  simulator.play([say('One moment.'), call('weather', { place: 'Oslo' })], [say('It is 7 degrees in Oslo.')]);
  const baseURL = simulator.url.replace('wss:', 'https:').replace('/realtime', '');
  const client = new OpenAI({ apiKey: simulator.key, baseURL });
  const realtime = new OpenAIRealtimeWS({ model, options: { ca: tls.cert } }, client);
  const texts: string[] = [];
  const usages: number[] = [];
  const finished = Promise.withResolvers<void>();
  realtime.on('error', (error) => finished.reject(error));
  realtime.on('session.created', () => {
    realtime.send({
      type: 'session.update',
      session: { type: 'realtime', output_modalities: ['text'], tools: [weather], tool_choice: 'auto' },
    });
  });
  realtime.on('session.updated', () => {
    const content = [{ type: 'input_text' as const, text: 'How is the weather in Oslo?' }];
    realtime.send({ type: 'conversation.item.create', item: { type: 'message', role: 'user', content } });
    realtime.send({ type: 'response.create' });
  });
  let streamed = '';
  realtime.on('response.output_text.delta', (event) => (streamed += event.delta));
  realtime.on('response.output_text.done', (event) => texts.push(event.text));
  realtime.on('response.done', ({ response }) => {
    usages.push(response.usage?.total_tokens ?? 0);
    const made = response.output?.find((item) => item.type === 'function_call');
    if (made?.type !== 'function_call' || made.call_id === undefined) return finished.resolve();
    expect(JSON.parse(made.arguments)).toEqual({ place: 'Oslo' });
    const output = JSON.stringify({ degrees: 7 });
    realtime.send({
      type: 'conversation.item.create',
      item: { type: 'function_call_output', call_id: made.call_id, output },
    });
    realtime.send({ type: 'response.create' });
  });
  await finished.promise;
  realtime.close();
  expect(texts).toEqual(['One moment.', 'It is 7 degrees in Oslo.']);
  expect(streamed).toBe(texts.join(''));
  expect(usages.every((tokens) => tokens > 0)).toBe(true);
  expect(simulator.log.filter(({ parsed }) => parsed.kind === 'refused')).toEqual([]);
  await simulator.close();
});

test('the official client is refused with a wrong key, and trusts no certificate that it was not given', async () => {
  const tls = makeCertificate();
  const simulator = await startRealtimeSimulator({ tls });
  const baseURL = simulator.url.replace('wss:', 'https:').replace('/realtime', '');
  const failure = (apiKey: string, ca: string | undefined): Promise<string> => {
    const options = ca === undefined ? {} : { ca };
    const realtime = new OpenAIRealtimeWS({ model, options }, new OpenAI({ apiKey, baseURL }));
    return new Promise((resolve) => realtime.on('error', (error) => resolve(error.message)));
  };
  expect(await failure('sk-wrong', tls.cert)).toContain('401');
  expect(await failure(simulator.key, undefined)).toContain('self-signed');
  expect(await failure(simulator.key, makeCertificate().cert)).toMatch(/self-signed|verify/);
  await simulator.close();
});

test('the agents client holds a session: streamed text, a function call and its output', async () => {
  const simulator = await startRealtimeSimulator({ deltaMs: 0 });
  simulator.play([call('weather', { place: 'Oslo' })], [say('It is 7 degrees in Oslo.')]);
  const transport = new OpenAIRealtimeWebSocket({ url: `${simulator.url}?model=${model}` });
  const errors: unknown[] = [];
  const done = Promise.withResolvers<void>();
  let text = '';
  let turns = 0;
  transport.on('error', (error) => errors.push(error));
  transport.on('response.output_text.delta', (event: { delta: string }) => (text += event.delta));
  transport.on('function_call', (made) => transport.sendFunctionCallOutput(made, '{"degrees":7}', true));
  transport.on('turn_done', () => {
    turns += 1;
    if (turns === 2) done.resolve();
  });
  await transport.connect({
    apiKey: simulator.key,
    model,
    initialSessionConfig: {
      instructions: 'Be kind.',
      outputModalities: ['text'],
      tools: [{ ...weather, strict: true }],
    },
  });
  transport.sendMessage('How is the weather in Oslo?', {});
  await done.promise;
  transport.close();
  expect(text).toBe('It is 7 degrees in Oslo.');
  expect(errors).toEqual([]);
  expect(simulator.log.filter(({ parsed }) => parsed.kind === 'refused')).toEqual([]);
  await simulator.close();
});

test('the agents client speaks and listens: its defaults for voice are taken, turns are detected', async () => {
  const simulator = await startRealtimeSimulator({ deltaMs: 0 });
  simulator.play([say('Hello to you.')]);
  const transport = new OpenAIRealtimeWebSocket({ url: `${simulator.url}?model=${model}` });
  const heard: Int16Array[] = [];
  const errors: unknown[] = [];
  const done = Promise.withResolvers<void>();
  let transcript = '';
  transport.on('error', (error) => errors.push(error));
  transport.on('audio', ({ data }) => heard.push(new Int16Array(data)));
  transport.on('conversation.item.input_audio_transcription.completed', (event: { transcript: string }) => {
    transcript = event.transcript;
  });
  transport.on('turn_done', () => done.resolve());
  await transport.connect({ apiKey: simulator.key, model, initialSessionConfig: { instructions: 'Be kind.' } });
  const said = joinPcm([encodeSpeech('Hello there.'), new Int16Array(12_000)]);
  const bytes = Uint8Array.from(Buffer.from(toBase64(said), 'base64'));
  transport.sendAudio(bytes.buffer, {});
  await done.promise;
  transport.close();
  expect(decodeSpeech(joinPcm(heard))).toBe('Hello to you.');
  expect(transcript).toBe('Hello there.');
  expect(errors).toEqual([]);
  expect(simulator.log.filter(({ parsed }) => parsed.kind === 'refused')).toEqual([]);
  await simulator.close();
});
