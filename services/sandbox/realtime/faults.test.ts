import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  burst,
  call,
  fault,
  outOfMoney,
  say,
  sayInPieces,
  startRealtimeSimulator,
  type Fault,
  type RealtimeSimulator,
} from './index.ts';
import { connect, connectWith, openSocket } from './testing/client.ts';

let simulator: RealtimeSimulator;

beforeEach(async () => {
  simulator = await startRealtimeSimulator({ deltaMs: 0, control: true });
});
afterEach(async () => {
  await simulator.close();
});

test('a rate limit fails the response with the time to wait, and the next one goes through', async () => {
  const client = await connectWith(simulator);
  simulator.play([fault({ kind: 'rate_limited', retryAfterMs: 86_400 })], [say('ok')]);
  client.send({ type: 'response.create' });
  await client.next('rate_limits.updated');
  expect(await client.next('rate_limits.updated')).toMatchObject({
    rate_limits: [{ name: 'tokens', remaining: 0, reset_seconds: 86.4 }],
  });
  const { response } = await client.next('response.done');
  expect(response).toMatchObject({
    status: 'failed',
    status_details: {
      type: 'failed',
      error: { code: 'rate_limit_exceeded', message: expect.stringContaining('Please try again in 1m26.4s.') },
    },
  });
  client.send({ type: 'response.create' });
  expect(await client.next('response.done')).toMatchObject({ response: { status: 'completed' } });
});

test.each<[string, Fault, string, object]>([
  ['no money left', outOfMoney, 'failed', { error: { type: 'insufficient_quota', code: 'insufficient_quota' } }],
  [
    'a failure of the server',
    { kind: 'fail', code: 'server_error', message: 'Sorry.' },
    'failed',
    { error: { type: 'server_error', code: 'server_error', message: 'Sorry.' } },
  ],
  ['the content filter', { kind: 'incomplete', reason: 'content_filter' }, 'incomplete', { reason: 'content_filter' }],
  [
    'too many tokens',
    { kind: 'incomplete', reason: 'max_output_tokens' },
    'incomplete',
    { reason: 'max_output_tokens' },
  ],
])('%s ends the response as documented, with what was put out so far', async (_, what, status, details) => {
  const client = await connectWith(simulator);
  simulator.play([say('So far.'), fault(what), say('Never.')]);
  client.send({ type: 'response.create' });
  expect(await client.next('response.done')).toMatchObject({
    response: {
      status,
      status_details: details,
      output: [{ content: [{ text: 'So far.' }] }],
      usage: { output_tokens: 2 },
    },
  });
});

test.each<[string, Fault, number]>([
  ['a good-bye', { kind: 'close', code: 1000 }, 1_000],
  ['going away', { kind: 'close', code: 1001 }, 1_001],
  ['a cut', { kind: 'terminate' }, 1_006],
  ['a cut asked for by its number', { kind: 'close', code: 1006 }, 1_006],
  ['an internal error', { kind: 'close', code: 1011, reason: 'keepalive ping timeout' }, 1_011],
  ['a code of its own', { kind: 'close', code: 4000, reason: 'invalid_request_error' }, 4_000],
  ['half a frame', { kind: 'half_frame' }, 1_006],
  ['garbage', { kind: 'garbage' }, 1_006],
])('%s ends the socket, in a response and between two', async (_, what, code) => {
  const idle = await connectWith(simulator);
  simulator.inject(what);
  expect((await idle.closed).code).toBe(code);
  const busy = await connectWith(simulator);
  simulator.play([say('Half of'), fault(what)]);
  busy.send({ type: 'response.create' });
  expect((await busy.closed).code).toBe(code);
  expect(busy.types()).toContain('response.output_text.done');
  expect(busy.types()).not.toContain('response.done');
});

test('a session that has lasted too long is told so and closed', async () => {
  const short = await startRealtimeSimulator({ deltaMs: 0, sessionLengthMs: 50 });
  const client = await connect(short);
  expect(await client.next('error')).toMatchObject({ error: { code: 'session_expired' } });
  expect(await client.closed).toEqual({ code: 1_001, reason: 'session_expired' });
  await short.close();
});

test('a frozen session answers neither events nor pings, and the socket stays open', async () => {
  const client = await connectWith(simulator);
  const other = await connectWith(simulator);
  let pongs = 0;
  client.socket.on('pong', () => (pongs += 1));
  other.socket.on('pong', () => (pongs += 1));
  simulator.inject({ kind: 'freeze' });
  const fresh = await connectWith(simulator);
  client.socket.ping();
  client.send({ type: 'nonsense' });
  other.socket.ping();
  // A round trip of a living session later, nothing came from the frozen ones.
  fresh.send({ type: 'nonsense' });
  await fresh.next('error');
  expect(pongs).toBe(0);
  expect(client.types()).not.toContain('error');
  expect(client.socket.readyState).toBe(client.socket.OPEN);
});

test.each([
  ['of one character', 'Gr\u00fc\u00dfe \u{1F3AE}!', 1, 8],
  ['of 256 KiB', 'x'.repeat(300_000), 262_144, 2],
])('deltas %s add up to the text', async (_, text, size, count) => {
  const client = await connectWith(simulator);
  simulator.play([sayInPieces(text, size)]);
  client.send({ type: 'response.create' });
  expect(await client.next('response.output_text.done')).toMatchObject({ text });
  const deltas = client.events.filter((event) => event.type === 'response.output_text.delta');
  expect(deltas).toHaveLength(count);
  expect(deltas.map((event) => event['delta']).join('')).toBe(text);
});

test('ten thousand deltas come at once', async () => {
  const client = await connectWith(simulator);
  simulator.play([burst(10_000)]);
  client.send({ type: 'response.create' });
  await client.next('response.done');
  expect(client.types().filter((type) => type === 'response.output_text.delta')).toHaveLength(10_000);
});

test('calls can share an id and carry arguments that are no JSON', async () => {
  const client = await connectWith(simulator);
  simulator.play([call('a', '{"x":', 'call_same'), call('b', '', 'call_same')]);
  client.send({ type: 'response.create' });
  const { response } = await client.next('response.done');
  expect(response).toMatchObject({
    output: [
      { name: 'a', arguments: '{"x":', call_id: 'call_same' },
      { name: 'b', arguments: '', call_id: 'call_same' },
    ],
  });
});

test('events come out of order, none is lost, and response.done is still the last', async () => {
  const run = async (...before: Fault[]): Promise<string[]> => {
    const client = await connectWith(simulator);
    simulator.play([...before.map(fault), say('one two three'), call('f', {})]);
    client.send({ type: 'response.create' });
    await client.next('response.done');
    return client.types();
  };
  const shuffled = await run({ kind: 'disorder', group: 4 });
  const orderly = await run();
  expect(shuffled).not.toEqual(orderly);
  expect(shuffled.toSorted()).toEqual(orderly.toSorted());
  expect(shuffled.indexOf('response.output_text.delta')).toBeLessThan(shuffled.indexOf('response.output_item.added'));
  expect(shuffled.at(-1)).toBe('response.done');
});

test('unknown events, frames that are no JSON, and a pause can stand within a response', async () => {
  const client = await connectWith(simulator);
  const unknown = fault({ kind: 'event', type: 'response.telepathy.delta', fields: { delta: 'hm' } });
  simulator.play([unknown, fault({ kind: 'raw', frame: '{"type":' }), fault({ kind: 'pause', ms: 1 }), say('ok')]);
  client.send({ type: 'response.create' });
  expect(await client.next('response.telepathy.delta')).toMatchObject({ delta: 'hm' });
  await client.next('not JSON');
  expect(await client.next('response.done')).toMatchObject({ response: { status: 'completed' } });
});

test('upgrades can be refused in the words of the service, with the time to wait', async () => {
  const message = 'You exceeded your current quota.';
  simulator.refuseUpgrades({ status: 429, code: 'insufficient_quota', message, retryAfterSeconds: 7 });
  const socket = openSocket(simulator);
  socket.on('error', () => undefined);
  const { status, retry, body } = await new Promise<{ status: number; retry: string; body: string }>((resolve) =>
    socket.on('unexpected-response', (_, response) => {
      let text = '';
      response.on('data', (part) => (text += String(part)));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, retry: response.headers['retry-after'] ?? '', body: text }),
      );
    }),
  );
  expect([status, retry]).toEqual([429, '7']);
  expect(JSON.parse(body)).toMatchObject({ error: { code: 'insufficient_quota', message } });
  simulator.refuseUpgrades(null);
  await connectWith(simulator);
});

test('a frame beyond 24 MiB closes the socket with 1009', async () => {
  const client = await connectWith(simulator);
  client.send(`{"type":"${'x'.repeat(24 * 1024 * 1024)}"}`);
  expect((await client.closed).code).toBe(1_009);
});

test('another process has the same means through the control channel', async () => {
  const base = simulator.url.replace('ws:', 'http:').replace('/v1/realtime', '/sim');
  const post = async (path: string, body: unknown): Promise<number> =>
    (await fetch(`${base}/${path}`, { method: 'POST', body: JSON.stringify(body) })).status;
  const client = await connectWith(simulator);
  expect(await post('play', [[{ kind: 'text', text: 'From afar.' }]])).toBe(200);
  client.send({ type: 'response.create' });
  expect(await client.next('response.output_text.done')).toMatchObject({ text: 'From afar.' });
  const { log } = (await (await fetch(`${base}/log`)).json()) as { log: unknown[] };
  expect(log).toHaveLength(2);
  expect(await post('inject', { kind: 'close', code: 4001 })).toBe(200);
  expect((await client.closed).code).toBe(4_001);
  expect(await post('refuse', { status: 503, code: 'x', message: 'y' })).toBe(200);
  expect(await post('refuse', null)).toBe(200);
  expect(await post('inject', { kind: 'stall' })).toBe(400);
  expect(await post('play', [[{ kind: 'nonsense' }]])).toBe(400);
});
