import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import {
  decodeFrame,
  maxRequestBytes,
  type ApiHandlers,
  type PushedEvent,
  type PushFrame,
  type ResponseFrame,
} from '../../shared/contracts/index.ts';
import { fakeHandlers } from '../../shared/node/api/testing/fakeHandlers.ts';
import { ConfigError } from '../../shared/node/config/index.ts';
import { makeLifecycle, type Lifecycle } from '../../shared/node/lifecycle/index.ts';
import { makeLogger } from '../../shared/node/logging/index.ts';
import { startWebHost } from './host.ts';
import { makeWebMetrics } from './metrics.ts';

const token = 'a-token-of-this-test';
const bytes = new Uint8Array([0, 1, 2, 250, 255]);
const handlers: Partial<ApiHandlers> = {
  'session.list': async () => ({ sessions: [] }),
  'frame.read': async () => ({ mimeType: 'image/png', bytes }),
};
const logger = makeLogger({ name: 'test', level: 'silent' });

let lifecycle: Lifecycle;
let folder: string;
let port: number;
let own: string;
let listeners: Set<(event: PushedEvent) => void>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spark-web-'));
  await mkdir(join(folder, 'renderer/assets'), { recursive: true });
  await writeFile(join(folder, 'renderer/index.html'), '<meta property="csp-nonce" nonce="__CSP_NONCE__">');
  await writeFile(join(folder, 'renderer/assets/index-1.js'), 'export {};');
  await writeFile(join(folder, 'secret.txt'), 'secret');
  lifecycle = makeLifecycle({ logger });
  listeners = new Set();
  const host = await startWebHost({
    bridge: {
      api: fakeHandlers(handlers),
      subscribe(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    logger,
    lifecycle,
    rendererRoot: join(folder, 'renderer'),
    address: '127.0.0.1',
    port: 0,
    token,
    metrics: makeWebMetrics({ version: '0.0.0' }),
  });
  port = host.port;
  own = `http://127.0.0.1:${port}`;
  expect(host.url).toBe(`${own}/#token=${token}`);
});

afterEach(async () => {
  await lifecycle.shutdown('test');
  await rm(folder, { recursive: true });
});

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** Plain HTTP: `fetch` would neither send a foreign Host nor leave `..` in a path. */
function ask(path: string, options: { method?: string; headers?: Record<string, string>; body?: string } = {}) {
  return new Promise<Answer>((resolve, reject) => {
    const { method = 'GET', headers = {} } = options;
    const asked = request({ host: '127.0.0.1', port, path, method, headers, agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        body += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
    });
    asked.on('error', reject);
    asked.end(options.body);
  });
}

const exchange = (given: string, headers: Record<string, string> = {}) =>
  ask('/api/token', {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: own, ...headers },
    body: JSON.stringify({ token: given }),
  });

async function cookie(): Promise<string> {
  const { headers } = await exchange(token);
  return String(headers['set-cookie']).split(';')[0] ?? '';
}

interface Client {
  readonly socket: WebSocket;
  next(): Promise<ResponseFrame | PushFrame>;
  send(frame: unknown): void;
  readonly closed: Promise<number>;
}

/** Resolves with an open client, or with the status that refused it. */
function connect(headers: Record<string, string>): Promise<Client | number> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/api/socket`, { headers });
    const arrived: (ResponseFrame | PushFrame)[] = [];
    const waiting: ((frame: ResponseFrame | PushFrame) => void)[] = [];
    socket.on('message', (data: Buffer, isBinary) => {
      const frame = decodeFrame(isBinary ? new Uint8Array(data) : data.toString('utf8'));
      const waiter = waiting.shift();
      if (waiter === undefined) arrived.push(frame);
      else waiter(frame);
    });
    const closed = new Promise<number>((done) => socket.on('close', done));
    socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
    socket.on('error', reject);
    socket.on('open', () =>
      resolve({
        socket,
        closed,
        send: (frame) => socket.send(JSON.stringify(frame)),
        next: () =>
          new Promise((done) => {
            const frame = arrived.shift();
            if (frame === undefined) waiting.push(done);
            else done(frame);
          }),
      }),
    );
  });
}

async function open(): Promise<Client> {
  const client = await connect({ origin: own, cookie: await cookie() });
  if (typeof client === 'number') throw new Error(`refused with ${client}`);
  return client;
}

test('the page comes with a fresh nonce, the same in its header and in its text', async () => {
  const first = await ask('/');
  const nonce = /nonce="([^"]+)"/.exec(first.body)?.[1] ?? '';
  expect(nonce).not.toContain('CSP');
  expect(first.headers['content-security-policy']).toContain(`'nonce-${nonce}'`);
  expect(first.headers['x-content-type-options']).toBe('nosniff');
  expect(first.headers['referrer-policy']).toBe('no-referrer');
  expect((await ask('/')).body).not.toBe(first.body);
});

test('an asset is served as what it is', async () => {
  const asset = await ask('/assets/index-1.js');
  expect(asset.status).toBe(200);
  expect(asset.headers['content-type']).toMatch(/^(text|application)\/javascript/);
});

test.each([
  '/../secret.txt',
  '/assets/../../secret.txt',
  '/%2e%2e/secret.txt',
  '/..%2fsecret.txt',
  '/assets/..%5c..%5csecret.txt',
])('%s does not lead out of the window', async (path) => {
  const answer = await ask(path);
  expect(answer.status).toBeGreaterThanOrEqual(400);
  expect(answer.body).not.toBe('secret');
});

test('the health of the host needs no token', async () => {
  expect(await ask('/healthz')).toMatchObject({ status: 200, body: '{"status":"ok"}' });
});

test('the token becomes a cookie that scripts and other sites cannot use', async () => {
  const answer = await exchange(token);
  expect(answer.status).toBe(204);
  expect(answer.headers['set-cookie']?.[0]).toMatch(/; Path=\/api; HttpOnly; SameSite=Strict$/);
  expect(answer.headers['set-cookie']?.[0]).not.toContain(token);
});

test.each(['', 'wrong', `${token}x`])('the token %j gets no cookie', async (given) => {
  const answer = await exchange(given);
  expect([400, 401]).toContain(answer.status);
  expect(answer.headers['set-cookie']).toBeUndefined();
});

test('guessing is stopped', async () => {
  for (let n = 0; n < 20; n += 1) expect((await exchange(`guess ${n}`)).status).toBe(401);
  expect((await exchange('guess 20')).status).toBe(429);
});

test('a page of another origin gets no cookie', async () => {
  for (const origin of ['https://example.com', `http://localhost:${port}`, `http://127.0.0.1:${port + 1}`, 'null']) {
    expect((await exchange(token, { origin })).status).toBe(403);
  }
});

test('a page whose origin the browser hides is known by what only the browser writes', async () => {
  const body = JSON.stringify({ token });
  const headers = { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' };
  expect((await ask('/api/token', { method: 'POST', headers, body })).status).toBe(204);
  expect((await exchange(token, { origin: 'null', 'sec-fetch-site': 'same-origin' })).status).toBe(204);
  for (const site of ['cross-site', 'same-site', 'none']) {
    expect((await exchange(token, { origin: 'null', 'sec-fetch-site': site })).status).toBe(403);
  }
  expect((await exchange(token, { origin: 'https://example.com', 'sec-fetch-site': 'same-origin' })).status).toBe(403);
});

test('a name that was rebound to this machine is not answered', async () => {
  for (const path of ['/', '/healthz', '/assets/index-1.js']) {
    expect((await ask(path, { headers: { host: `evil.example:${port}` } })).status).toBe(403);
  }
  const origin = `http://evil.example:${port}`;
  expect((await exchange(token, { host: `evil.example:${port}`, origin })).status).toBe(403);
});

test('the socket opens for its own page with the cookie and for nobody else', async () => {
  const given = await cookie();
  expect(await connect({ origin: own })).toBe(401);
  expect(await connect({ origin: own, cookie: `spark_${port}=guess` })).toBe(401);
  expect(await connect({ cookie: given })).toBe(403);
  expect(await connect({ origin: 'https://example.com', cookie: given })).toBe(403);
  const rebound = { host: `evil.example:${port}`, origin: `http://evil.example:${port}`, cookie: given };
  expect(await connect(rebound)).toBe(403);
  const client = await open();
  expect(client.socket.readyState).toBe(WebSocket.OPEN);
});

test('a request is answered over the socket', async () => {
  const client = await open();
  client.send({ kind: 'request', id: 3, route: 'session.list', input: {} });
  expect(await client.next()).toEqual({ kind: 'response', id: 3, ok: true, output: { sessions: [] } });
});

test.each(['constructor', '__proto__'])('%s is an unknown route over the socket', async (route) => {
  const client = await open();
  client.send({ kind: 'request', id: 4, route, input: {} });
  expect(await client.next()).toMatchObject({ id: 4, ok: false, error: { code: 'unknown_route' } });
});

test('metrics count requests by route, never by a name that somebody made up, and the windows that are open', async () => {
  const client = await open();
  for (const [id, route] of ['session.list', 'made.up'].entries()) {
    client.send({ kind: 'request', id, route, input: {} });
    await client.next();
  }
  const { body } = await ask('/metrics');
  expect(body).toContain('spark_web_requests_total{route="session.list",outcome="ok"} 1');
  expect(body).toContain('spark_web_requests_total{route="unknown",outcome="unknown_route"} 1');
  expect(body).not.toContain('made.up');
  expect(body).toContain('spark_web_windows 1');
  client.socket.close();
  await expect.poll(async () => (await ask('/metrics')).body).toContain('spark_web_windows 0');
});

test('an image arrives as the same bytes', async () => {
  const client = await open();
  client.send({
    kind: 'request',
    id: 5,
    route: 'frame.read',
    input: { frameId: '0199a7c8-0000-7000-8000-000000000001' },
  });
  expect(await client.next()).toMatchObject({ ok: true, output: { mimeType: 'image/png', bytes } });
});

test('pushed events reach every open window', async () => {
  const [one, two] = [await open(), await open()];
  const payload = { sessionId: '0199a7c8-0000-7000-8000-000000000001', messageId: 'm', offset: 0, delta: 'public' };
  for (const listener of listeners) listener({ name: 'message.streamed', payload });
  expect(await one.next()).toEqual({ kind: 'push', name: 'message.streamed', payload });
  expect(await two.next()).toEqual({ kind: 'push', name: 'message.streamed', payload });
});

test.each(['', 'null', '[]', '{"kind":"request"}', '{"kind":"request","id":-1,"route":"a","input":1}', 'not json'])(
  'the message %j closes the connection',
  async (message) => {
    const client = await open();
    client.socket.send(message);
    expect(await client.closed).toBe(4400);
  },
);

test('a message larger than the limit closes the connection', async () => {
  const client = await open();
  client.socket.send('x'.repeat(maxRequestBytes + 1));
  expect(await client.closed).toBe(1009);
});

test('a port in use is a configuration problem that names the variable', async () => {
  const again = startWebHost({
    bridge: { api: fakeHandlers({}), subscribe: () => () => undefined },
    logger,
    lifecycle,
    rendererRoot: join(folder, 'renderer'),
    address: '127.0.0.1',
    port,
    token,
    metrics: makeWebMetrics({ version: '0.0.0' }),
  });
  await expect(again).rejects.toBeInstanceOf(ConfigError);
  await expect(again).rejects.toThrow('SPARK_WEB_PORT');
});

test('the window is served as it is built now, not as it was when the host started', async () => {
  await writeFile(join(folder, 'renderer/index.html'), '<title>built again</title>');
  await writeFile(join(folder, 'renderer/assets/index-2.js'), 'export const again = true;');
  expect((await ask('/')).body).toContain('built again');
  expect((await ask('/assets/index-2.js')).status).toBe(200);
});
