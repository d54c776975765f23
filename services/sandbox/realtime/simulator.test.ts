import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { call, fault, say, startRealtimeSimulator, type RealtimeSimulator } from './index.ts';

interface ServerEvent {
  readonly type: string;
  readonly [field: string]: unknown;
}

let simulator: RealtimeSimulator;
let sockets: WebSocket[];

beforeEach(async () => {
  simulator = await startRealtimeSimulator({ deltaMs: 0 });
  sockets = [];
});
afterEach(async () => {
  for (const socket of sockets) socket.terminate();
  await simulator.close();
});

const open = (options: { key?: string; model?: string; headers?: Record<string, string> } = {}): WebSocket => {
  const query = options.model === '' ? '' : `?model=${options.model ?? 'gpt-realtime-2.1-mini'}`;
  const headers = { Authorization: `Bearer ${options.key ?? simulator.key}`, ...options.headers };
  const socket = new WebSocket(`${simulator.url}${query}`, { headers });
  sockets.push(socket);
  return socket;
};

/** A client that hands out the server's events one by one. */
async function connect(model?: string) {
  const socket = open(model === undefined ? {} : { model });
  const events: ServerEvent[] = [];
  const waiting: (() => void)[] = [];
  socket.on('message', (data) => {
    events.push(JSON.parse((data as Buffer).toString('utf8')) as ServerEvent);
    for (const wake of waiting.splice(0)) wake();
  });
  let read = 0;
  const next = async (type?: string): Promise<ServerEvent> => {
    for (;;) {
      const event = events[read];
      if (event === undefined) {
        await new Promise<void>((resolve) => waiting.push(resolve));
        continue;
      }
      read += 1;
      if (type === undefined || event.type === type) return event;
    }
  };
  const send = (event: unknown): void => socket.send(typeof event === 'string' ? event : JSON.stringify(event));
  const created = await next();
  expect(created.type).toBe('session.created');
  return { send, next, events, socket };
}

async function connectForText(model?: string) {
  const client = await connect(model);
  client.send({ type: 'session.update', session: { type: 'realtime', output_modalities: ['text'] } });
  await client.next('session.updated');
  return client;
}

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
    'another voice',
    { type: 'session.update', event_id: 'e1', session: { type: 'realtime', audio: { output: { voice: 'cedar' } } } },
    'cannot_update_voice',
    'session.audio.output.voice',
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
  const client = await connect('gpt-realtime-1.5');
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
