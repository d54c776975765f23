import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { PushedEvent } from '../../shared/contracts/index.ts';
import { makeLogger } from '../../shared/node/logging/index.ts';
import { serveSocket } from './socket.ts';

const logger = makeLogger({ name: 'test', level: 'silent' });
const releases: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const release of releases.splice(0).toReversed()) await release();
});

async function serve(options: { maxUnreadBytes?: number; pingMs?: number }) {
  const server = createServer();
  let emit: (event: PushedEvent) => void = () => undefined;
  const close = serveSocket({
    server,
    subscribe(listener) {
      emit = listener;
      return () => undefined;
    },
    dispatch: async (request) => ({ kind: 'response', id: request.id, ok: true, output: {} }),
    refuse: () => undefined,
    logger,
    ...options,
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  releases.push(() => void server.close(), close);
  const { port } = server.address() as AddressInfo;
  return { server, port, push: (event: PushedEvent) => emit(event) };
}

/** A client that completes the handshake and then neither reads nor answers; `closed` is when the server lets go. */
async function connectDeaf(server: Server): Promise<{ closed: Promise<void> }> {
  const closed = new Promise<void>((done) => {
    server.once('connection', (stream) => stream.once('close', () => done()));
  });
  const { port } = server.address() as AddressInfo;
  const stream = connect(port, '127.0.0.1');
  releases.push(() => void stream.destroy());
  stream.write(
    'GET /api/socket HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
      'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
  );
  await new Promise((resolve, reject) => {
    stream.once('error', reject);
    stream.once('data', resolve);
  });
  stream.pause();
  stream.on('error', () => undefined);
  return { closed };
}

test('a client that does not read is closed and others are not', async () => {
  const { server, port, push } = await serve({ maxUnreadBytes: 256 * 1024 });
  const reader = new WebSocket(`ws://127.0.0.1:${port}/api/socket`);
  await new Promise((resolve) => reader.once('open', resolve));
  const { closed } = await connectDeaf(server);
  let isClosed = false;
  const noted = (async () => {
    await closed;
    isClosed = true;
  })();
  const payload = {
    sessionId: '0199a7c8-0000-7000-8000-000000000001',
    messageId: 'm',
    offset: 0,
    delta: 'x'.repeat(100_000),
  };
  let received = 0;
  const readAll = new Promise<void>((resolve) => {
    reader.on('message', () => {
      received += 1;
      if (isClosed) resolve();
    });
  });
  const pushing = setInterval(() => push({ name: 'message.streamed', payload }), 1);
  await readAll;
  await noted;
  clearInterval(pushing);
  expect(received).toBeGreaterThan(0);
  expect(reader.readyState).toBe(WebSocket.OPEN);
  reader.terminate();
});

test('a client that answers no ping is closed', async () => {
  const { server } = await serve({ pingMs: 20 });
  const { closed } = await connectDeaf(server);
  await closed;
});

test('another path is not upgraded', async () => {
  const { port } = await serve({});
  const socket = new WebSocket(`ws://127.0.0.1:${port}/elsewhere`);
  socket.on('error', () => undefined);
  const status = await new Promise((resolve) => {
    socket.once('unexpected-response', (_request, response) => resolve(response.statusCode));
  });
  expect(status).toBe(404);
});
