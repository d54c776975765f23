import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { makeLogger } from '../logging/index.ts';
import { connectNats, type NatsLink } from './connect.ts';

const logger = makeLogger({ name: 'test', level: 'silent' });
const info =
  'INFO {"server_id":"test","version":"2.12.0","proto":1,"max_payload":1048576,"headers":true,"client_id":1}\r\n';
let server: Server;
const sockets = new Set<Socket>();
beforeEach(() => {
  server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
  });
});
afterEach(async () => {
  vi.useRealTimers();
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  await new Promise((resolve) => server.close(resolve));
});
async function listen(): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `nats://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('a link that is closed while it connects leaves no connection behind', async () => {
  const url = await listen();
  const accepted = once(server, 'connection') as Promise<[Socket]>;
  const link = connectNats({ url, name: 'test', logger });
  const [socket] = await accepted;
  const closed = link.close();
  // As a server that was slow to greet: the handshake ends only now.
  socket.write(info);
  socket.on('data', (data) => {
    if (data.includes('PING')) socket.write('PONG\r\n');
  });
  await closed;
  if (!socket.closed) await once(socket, 'close');
  expect(link.status()).toEqual({ kind: 'closed' });
});

/** A server that greets every connection and answers while it is awake; the link is connected to it. */
async function connectToSleeper(): Promise<{
  readonly link: NatsLink;
  readonly connections: () => number;
  readonly pings: () => number;
  readonly setAwake: (awake: boolean) => void;
}> {
  let awake = true;
  let connections = 0;
  let pings = 0;
  server.on('connection', (socket) => {
    connections += 1;
    socket.write(info);
    socket.on('data', (data) => {
      const asked = data.toString('latin1').split('PING').length - 1;
      pings += asked;
      // The first one of a connection belongs to its greeting, which a machine that woke up answers.
      if (awake || data.includes('CONNECT')) socket.write('PONG\r\n'.repeat(asked));
    });
  });
  const link = connectNats({ url: await listen(), name: 'test', logger });
  await link.ready();
  // From here on only what a test lets pass: the network stays real.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  return { link, connections: () => connections, pings: () => pings, setAwake: (next) => void (awake = next) };
}

test('after sleep a connection that does not answer is made again', async () => {
  const { link, connections, pings, setAwake } = await connectToSleeper();
  const before = pings();
  setAwake(false);
  link.wake();
  await vi.waitUntil(() => pings() > before, { timeout: 20_000, interval: 1 });
  expect([connections(), link.status().kind]).toEqual([1, 'connected']);
  setAwake(true);
  await vi.waitUntil(() => connections() === 2 && link.status().kind === 'connected', { timeout: 20_000 });
  await link.use((connection) => connection.rtt());
  await link.close();
});

test('after sleep a connection that answers stays as it is', async () => {
  const { link, connections, pings } = await connectToSleeper();
  const before = pings();
  link.wake();
  await vi.waitUntil(() => pings() > before, { timeout: 20_000, interval: 1 });
  // Answers come in the order of their questions: the one of waking is in when this one is.
  await link.use((connection) => connection.rtt());
  await vi.advanceTimersByTimeAsync(60_000);
  await link.use((connection) => connection.rtt());
  expect([connections(), link.status().kind]).toEqual([1, 'connected']);
  await link.close();
});

test('while it is not connected anyway, waking changes nothing', async () => {
  const link = connectNats({ url: 'nats://127.0.0.1:1', name: 'test', logger });
  link.wake();
  expect(link.status().kind).toBe('connecting');
  await link.close();
  link.wake();
  expect(link.status()).toEqual({ kind: 'closed' });
});
