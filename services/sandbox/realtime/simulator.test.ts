import { afterEach, beforeEach, expect, test } from 'vitest';
import type { WebSocket } from 'ws';
import { call, fault, say, startRealtimeSimulator, type RealtimeSimulator } from './index.ts';
import { connect, connectWith, openSocket, type ConnectOptions } from './testing/client.ts';

let simulator: RealtimeSimulator;

beforeEach(async () => {
  simulator = await startRealtimeSimulator({ deltaMs: 0 });
});
afterEach(async () => {
  await simulator.close();
});

const open = (options: ConnectOptions = {}): WebSocket => openSocket(simulator, options);
const connectForText = (model?: string) => connectWith(simulator, {}, model === undefined ? {} : { model });

const upgradeStatus = (socket: WebSocket): Promise<number> =>
  new Promise((resolve) => {
    socket.on('error', () => undefined);
    socket.on('unexpected-response', (_, response) => resolve(response.statusCode ?? 0));
  });

test.each([
  ['a wrong key', { key: 'sk-wrong' }, 401],
  ['no model', { model: '' }, 400],
  ['an unknown model', { model: 'gpt-unheard-of' }, 404],
  ['the header of the beta', { headers: { 'OpenAI-Beta': 'realtime=v1' } }, 400],
])('the upgrade is refused for %s', async (_, options, status) => {
  expect(await upgradeStatus(open(options))).toBe(status);
});

test.each([
  ['what is not JSON', '{', 'invalid_json', null],
  ['an unknown type', { type: 'nonsense', event_id: 'e1' }, 'invalid_value', 'type'],
  [
    'an unknown field',
    { type: 'response.create', event_id: 'e1', modalities: ['text'] },
    'unknown_parameter',
    'modalities',
  ],
  [
    'a session without its type',
    { type: 'session.update', event_id: 'e1', session: {} },
    'missing_required_parameter',
    'session.type',
  ],
  [
    'a tool with a field the types do not have',
    {
      type: 'session.update',
      event_id: 'e1',
      session: { type: 'realtime', tools: [{ type: 'function', name: 'f', strict: true }] },
    },
    'unknown_parameter',
    'session.tools.0.strict',
  ],
  [
    'another model',
    { type: 'session.update', event_id: 'e1', session: { type: 'realtime', model: 'gpt-realtime-2.1' } },
    'cannot_update_model',
    'session.model',
  ],
  [
    'a voice that does not exist',
    { type: 'session.update', event_id: 'e1', session: { type: 'realtime', audio: { output: { voice: 'hal' } } } },
    'invalid_value',
    'session.audio.output.voice',
  ],
  [
    'text and audio at once',
    { type: 'session.update', event_id: 'e1', session: { type: 'realtime', output_modalities: ['text', 'audio'] } },
    'invalid_value',
    'session.output_modalities',
  ],
  [
    'a reference to an item that is not there',
    {
      type: 'response.create',
      event_id: 'e1',
      response: { conversation: 'none', input: [{ type: 'item_reference', id: 'none' }] },
    },
    'item_not_found',
    'response.input.0.id',
  ],
  [
    'a choice of a function that is not offered',
    { type: 'response.create', event_id: 'e1', response: { tool_choice: { type: 'function', name: 'f' } } },
    'invalid_tool_choice',
    'response.tool_choice',
  ],
  [
    'more metadata than allowed',
    {
      type: 'response.create',
      event_id: 'e1',
      response: { metadata: Object.fromEntries(Array.from({ length: 17 }, (_, at) => [`k${at}`, 'v'])) },
    },
    'invalid_value',
    'response.metadata',
  ],
  [
    'audio that a client puts into the mouth of the assistant',
    {
      type: 'conversation.item.create',
      event_id: 'e1',
      item: { type: 'message', role: 'assistant', content: [{ type: 'output_audio', audio: '' }] },
    },
    'invalid_value',
    'item.content.0.type',
  ],
  [
    'an item to delete that is not there',
    { type: 'conversation.item.delete', event_id: 'e1', item_id: 'none' },
    'item_not_found',
    'item_id',
  ],
  [
    'an output for no call',
    {
      type: 'conversation.item.create',
      event_id: 'e1',
      item: { type: 'function_call_output', call_id: 'none', output: '' },
    },
    'invalid_tool_call_id',
    'item.call_id',
  ],
  [
    'an item id of 33 characters',
    {
      type: 'conversation.item.create',
      event_id: 'e1',
      item: { id: 'x'.repeat(33), type: 'message', role: 'user', content: [{ type: 'input_text', text: 'hi' }] },
    },
    'invalid_value',
    'item.id',
  ],
  [
    'assistant content in a user message',
    {
      type: 'conversation.item.create',
      event_id: 'e1',
      item: { type: 'message', role: 'user', content: [{ type: 'output_text', text: 'hi' }] },
    },
    'invalid_value',
    'item.content.0.type',
  ],
  [
    'a place after an item that is not there',
    {
      type: 'conversation.item.create',
      event_id: 'e1',
      previous_item_id: 'none',
      item: { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'hi' }] },
    },
    'item_not_found',
    'previous_item_id',
  ],
  ['a cancel when nothing runs', { type: 'response.cancel', event_id: 'e1' }, 'response_cancel_not_active', null],
])('%s is refused with an error and the session lives', async (_, event, code, param) => {
  const client = await connectForText();
  client.send(event);
  const { error } = await client.next('error');
  expect(error).toMatchObject({
    type: 'invalid_request_error',
    code,
    param,
    event_id: typeof event === 'string' ? null : 'e1',
  });
  client.send({ type: 'session.update', session: { type: 'realtime', instructions: 'alive' } });
  expect(await client.next('session.updated')).toMatchObject({ session: { instructions: 'alive' } });
});

test('parallel calls are a setting of reasoning models only', async () => {
  const client = await connect(simulator, { model: 'gpt-realtime-1.5' });
  client.send({ type: 'session.update', session: { type: 'realtime', parallel_tool_calls: true } });
  expect(await client.next('error')).toMatchObject({ error: { code: 'unsupported_parameter' } });
});

test('a second response while one runs is refused', async () => {
  const client = await connectForText();
  simulator.play([fault({ kind: 'stall' })]);
  client.send({ type: 'response.create' });
  await client.next('response.created');
  client.send({ type: 'response.create', event_id: 'second' });
  expect(await client.next('error')).toMatchObject({
    error: { code: 'conversation_already_has_active_response', event_id: 'second' },
  });
  client.send({ type: 'response.cancel' });
  expect(await client.next('response.done')).toMatchObject({
    response: { status: 'cancelled', status_details: { reason: 'client_cancelled' } },
  });
});

test('a text response streams the documented events in order, with usage at the end', async () => {
  const client = await connectForText();
  simulator.play([say('Hello world')]);
  client.send({ type: 'response.create' });
  const done = await client.next('response.done');
  const types = client.events.slice(2).map((event) => event.type);
  expect(types).toEqual([
    'rate_limits.updated',
    'response.created',
    'response.output_item.added',
    'conversation.item.added',
    'response.content_part.added',
    'response.output_text.delta',
    'response.output_text.delta',
    'response.output_text.done',
    'response.content_part.done',
    'response.output_item.done',
    'conversation.item.done',
    'response.done',
  ]);
  expect(client.events.every((event) => typeof event['event_id'] === 'string')).toBe(true);
  expect(done).toMatchObject({ response: { status: 'completed', usage: { output_tokens: 3 } } });
});

test('after a function call it waits for the output and for response.create', async () => {
  const client = await connectForText();
  simulator.play([call('echo', { a: 1 })], [say('Thanks.')]);
  client.send({ type: 'response.create' });
  const called = await client.next('response.function_call_arguments.done');
  expect(called).toMatchObject({ name: 'echo', arguments: '{"a":1}' });
  await client.next('response.done');
  const output = { type: 'function_call_output', call_id: called['call_id'], output: '{}' };
  client.send({ type: 'conversation.item.create', item: output });
  await client.next('conversation.item.done');
  client.send({ type: 'conversation.item.create', item: output });
  expect(await client.next('error')).toMatchObject({ error: { code: 'invalid_tool_call_id' } });
  expect(client.events.filter((event) => event.type === 'response.created')).toHaveLength(1);
  client.send({ type: 'response.create' });
  expect(await client.next('response.output_text.done')).toMatchObject({ text: 'Thanks.' });
});

test('items can be placed, read and deleted', async () => {
  const client = await connectForText();
  const item = (id: string) => ({ id, type: 'message', role: 'user', content: [{ type: 'input_text', text: id }] });
  client.send({ type: 'conversation.item.create', item: item('b') });
  client.send({ type: 'conversation.item.create', previous_item_id: 'root', item: item('a') });
  await client.next('conversation.item.done');
  expect(await client.next('conversation.item.done')).toMatchObject({ previous_item_id: null, item: { id: 'a' } });
  client.send({ type: 'conversation.item.retrieve', item_id: 'b' });
  expect(await client.next('conversation.item.retrieved')).toMatchObject({ item: { id: 'b', status: 'completed' } });
  client.send({ type: 'conversation.item.delete', item_id: 'b' });
  await client.next('conversation.item.deleted');
  client.send({ type: 'conversation.item.retrieve', item_id: 'b' });
  expect(await client.next('error')).toMatchObject({ error: { code: 'item_not_found' } });
});

test('an out-of-band response runs beside the conversation and joins nothing', async () => {
  const client = await connectForText();
  simulator.play([say('Summary.')]);
  client.send({ type: 'response.create', response: { conversation: 'none', metadata: { purpose: 'summary' } } });
  const done = await client.next('response.done');
  expect(done).toMatchObject({ response: { conversation_id: null, metadata: { purpose: 'summary' } } });
  expect(client.events.some((event) => event.type === 'conversation.item.added')).toBe(false);
});

test('an out-of-band response sees only what it is given', async () => {
  const client = await connectForText();
  const seen: unknown[] = [];
  simulator.usePlanner(({ items }) => {
    seen.push(items.map((item) => item.id));
    return [say('ok')];
  });
  const item = (id: string) => ({ id, type: 'message', role: 'user', content: [{ type: 'input_text', text: id }] });
  for (const id of ['a', 'b', 'c']) client.send({ type: 'conversation.item.create', item: item(id) });
  const input = [{ type: 'item_reference', id: 'b' }, item('d')];
  client.send({ type: 'response.create', response: { conversation: 'none', input } });
  await client.next('response.done');
  client.send({ type: 'response.create', response: { conversation: 'none', input: [] } });
  await client.next('response.done');
  client.send({ type: 'response.create' });
  await client.next('response.done');
  expect(seen).toEqual([['b', 'd'], [], ['a', 'b', 'c']]);
});

test('a response beside a running one of the conversation is allowed, and each can be cancelled', async () => {
  const client = await connectForText();
  simulator.play([fault({ kind: 'stall' })], [fault({ kind: 'stall' })]);
  client.send({ type: 'response.create' });
  await client.next('response.created');
  client.send({ type: 'response.create', response: { conversation: 'none', metadata: { n: '2' } } });
  const { response } = await client.next('response.created');
  client.send({ type: 'response.cancel', response_id: (response as { id: string }).id });
  expect(await client.next('response.done')).toMatchObject({ response: { status: 'cancelled', metadata: { n: '2' } } });
  client.send({ type: 'response.cancel' });
  expect(await client.next('response.done')).toMatchObject({ response: { status: 'cancelled', metadata: null } });
});

test('max_output_tokens cuts a response off, and it says so', async () => {
  const client = await connectForText();
  simulator.play([say('one two three four five six seven eight nine ten'), call('never', {})]);
  client.send({ type: 'response.create', response: { max_output_tokens: 4 } });
  const { text } = await client.next('response.output_text.done');
  expect(text).toBe('one two three');
  expect(await client.next('response.done')).toMatchObject({
    response: {
      status: 'incomplete',
      status_details: { reason: 'max_output_tokens' },
      max_output_tokens: 4,
      output: [{ type: 'message', status: 'incomplete' }],
      usage: { output_tokens: 4 },
    },
  });
});

test('what the conversation begins with is read from the cache, and a change in front of it costs anew', async () => {
  const client = await connectForText();
  const ask = async (): Promise<unknown> => {
    simulator.play([say('ok')]);
    client.send({ type: 'response.create' });
    const { response } = await client.next('response.done');
    return (response as { usage: { input_token_details: { cached_tokens: number } } }).usage.input_token_details
      .cached_tokens;
  };
  client.send({ type: 'session.update', session: { type: 'realtime', instructions: 'Be kind. '.repeat(100) } });
  expect(await ask()).toBe(0);
  expect(await ask()).toBe(192);
  client.send({ type: 'session.update', session: { type: 'realtime', instructions: 'Be rude. '.repeat(100) } });
  expect(await ask()).toBe(0);
});

test('an update touches only the fields that are present', async () => {
  const client = await connectForText();
  const update = (session: object) =>
    client.send({ type: 'session.update', session: { type: 'realtime', ...session } });
  update({ instructions: 'x', audio: { input: { turn_detection: null } } });
  await client.next('session.updated');
  update({ audio: { output: { voice: 'cedar' } } });
  expect(await client.next('session.updated')).toMatchObject({
    session: {
      instructions: 'x',
      output_modalities: ['text'],
      audio: { input: { turn_detection: null, format: { rate: 24_000 } }, output: { voice: 'cedar', speed: 1 } },
    },
  });
  update({ tracing: 'auto' });
  await client.next('session.updated');
  update({ tracing: { workflow_name: 'w' } });
  expect(await client.next('error')).toMatchObject({ error: { code: 'cannot_update_tracing' } });
});
