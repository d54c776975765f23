import { getEventListeners, once } from 'node:events';
import { createServer } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { openTransport, type TransportOptions } from './transport.ts';

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

const optionsFor = (url: string, more: Partial<TransportOptions> = {}): TransportOptions => ({
  url,
  model: 'm',
  apiKey: 'k',
  connectTimeoutMs: 2_000,
  pingIntervalMs: 60_000,
  maxPayloadBytes: 1_000,
  signal: new AbortController().signal,
  onFrame: () => undefined,
  onLatency: () => undefined,
  onClose: () => undefined,
  ...more,
});

it('a refused connection leaves nothing behind, however often it is tried', async () => {
  const server = createServer();
  server.on('upgrade', (_request, stream) => {
    stream.end('HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n');
  });
  const port = await listen(server);
  const { signal } = new AbortController();
  const opening = openTransport(optionsFor(`ws://127.0.0.1:${port}`, { signal }));
  await expect(opening).rejects.toMatchObject({ code: 'realtime_unavailable' });
  await expect.poll(() => getEventListeners(signal, 'abort').length).toBe(0);
});

it('a server that does not speak TLS is told as one whose identity could not be checked', async () => {
  const port = await listen(createServer());
  await expect(openTransport(optionsFor(`wss://127.0.0.1:${port}`))).rejects.toMatchObject({
    code: 'realtime_rejected',
    message: expect.stringContaining('identity'),
    retryable: false,
  });
});

it.each(['sk-with space', 'sk-line\nbreak', 'sk-ключ', ''])('the malformed key %j is not sent', async (apiKey) => {
  const server = createServer();
  const port = await listen(server);
  let asked = 0;
  server.on('upgrade', () => (asked += 1));
  await expect(openTransport(optionsFor(`ws://127.0.0.1:${port}`, { apiKey }))).rejects.toMatchObject({
    code: 'realtime_rejected',
    message: expect.stringContaining('OPENAI_REALTIME_API_KEY'),
  });
  expect(asked).toBe(0);
});

/** A proxy that says what it is asked for and answers every tunnel with `reply`. */
async function startProxy(reply: string): Promise<{ port: number; asked: string[] }> {
  const asked: string[] = [];
  const server = createTcpServer((socket: Socket) => {
    socket.on('error', () => undefined);
    socket.once('data', (data) => {
      asked.push(data.toString('latin1').split('\r\n')[0] ?? '');
      socket.end(reply);
    });
  });
  return { port: await listen(server), asked };
}

it('reaches the service through the proxy of the environment, and hosts of NO_PROXY without it', async () => {
  const { port, asked } = await startProxy('HTTP/1.1 200 OK\r\n\r\n');
  const httpsProxy = `http://127.0.0.1:${port}`;
  await expect(openTransport(optionsFor('wss://realtime.invalid/v1', { proxy: { httpsProxy } }))).rejects.toMatchObject(
    { name: 'DependencyError' },
  );
  expect(asked).toEqual([expect.stringMatching(/^CONNECT realtime\.invalid:443 /)]);
  await expect(
    openTransport(optionsFor('wss://realtime.invalid/v1', { proxy: { httpsProxy, noProxy: 'realtime.invalid' } })),
  ).rejects.toMatchObject({ name: 'DependencyError' });
  expect(asked).toHaveLength(1);
});

it('a proxy that wants a password is told as such', async () => {
  const { port } = await startProxy('HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n');
  const proxy = { httpsProxy: `127.0.0.1:${port}` };
  await expect(openTransport(optionsFor('wss://realtime.invalid/v1', { proxy }))).rejects.toMatchObject({
    code: 'realtime_rejected',
    message: expect.stringContaining('name and password'),
  });
});

it('a proxy variable that is no address is told as such', async () => {
  const proxy = { httpsProxy: 'http://[' };
  await expect(openTransport(optionsFor('wss://realtime.invalid/v1', { proxy }))).rejects.toMatchObject({
    code: 'realtime_rejected',
    message: expect.stringContaining('HTTPS_PROXY'),
  });
});

it('a connection that does not answer when it is checked is cut, one that answers stays', async () => {
  const http = createServer();
  const port = await listen(http);
  const sockets = new WebSocketServer({ server: http, autoPong: true });
  closers.push(() => {
    for (const client of sockets.clients) client.terminate();
    sockets.close();
  });
  const closed = Promise.withResolvers<string>();
  const pongs: number[] = [];
  const transport = await openTransport(
    optionsFor(`ws://127.0.0.1:${port}`, { onClose: closed.resolve, onLatency: (ms) => void pongs.push(ms) }),
  );
  await expect.poll(() => pongs.length).toBe(1);
  transport.check(2_000);
  await expect.poll(() => pongs.length).toBe(2);
  // As after a sleep: the other side is there no more, and nobody says so.
  for (const client of sockets.clients) client.pause();
  transport.check(20);
  await closed.promise;
  expect(transport.send('x')).toBe(false);
});
