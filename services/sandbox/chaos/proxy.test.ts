import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startProxy, type FaultProxy } from './proxy.ts';

/** A server that says back what it is told. */
let server: Server;
let proxy: FaultProxy;
const accepted: Socket[] = [];
const clients: Socket[] = [];

async function open(nats = false): Promise<void> {
  server = createServer((socket) => {
    accepted.push(socket);
    socket.on('error', () => undefined).pipe(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  proxy = await startProxy({ port: (server.address() as AddressInfo).port, nats });
}

/** A client of the proxy, what it heard and whether its connection has ended. */
function call(): { readonly socket: Socket; readonly heard: () => string; readonly ended: () => boolean } {
  const socket = connect(proxy.port, '127.0.0.1');
  let heard = '';
  let ended = false;
  socket.on('data', (chunk: Buffer) => (heard += chunk.toString('latin1')));
  socket.on('error', () => undefined).on('close', () => (ended = true));
  clients.push(socket);
  return { socket, heard: () => heard, ended: () => ended };
}

beforeEach(() => open());
afterEach(async () => {
  for (const socket of [...clients.splice(0), ...accepted.splice(0)]) socket.destroy();
  await proxy.close();
  server.close();
});

test('passes both ways, and keeps the order of what it delays behind what came before', async () => {
  const client = call();
  client.socket.write('one ');
  await expect.poll(client.heard).toBe('one ');
  proxy.delay(60);
  client.socket.write('two ');
  await expect.poll(() => client.socket.writableLength).toBe(0);
  proxy.heal();
  client.socket.write('three');
  await expect.poll(client.heard).toBe('one two three');
});

test('a cut ends what is open and refuses what comes, until it is healed', async () => {
  const before = call();
  before.socket.write('x');
  await expect.poll(before.heard).toBe('x');
  proxy.cut();
  await expect.poll(before.ended).toBe(true);
  const during = call();
  await expect.poll(during.ended).toBe(true);
  proxy.heal();
  const after = call();
  after.socket.write('y');
  await expect.poll(after.heard).toBe('y');
});

test('a silent connection stays open and silent for its program, also when new ones work again', async () => {
  const silent = call();
  silent.socket.write('x');
  await expect.poll(silent.heard).toBe('x');
  proxy.silence();
  silent.socket.write('lost');
  proxy.heal();
  const fresh = call();
  fresh.socket.write('y');
  await expect.poll(fresh.heard).toBe('y');
  silent.socket.write('lost too');
  fresh.socket.write('z');
  await expect.poll(fresh.heard).toBe('yz');
  expect({ heard: silent.heard(), ended: silent.ended(), open: proxy.open() }).toEqual({
    heard: 'x',
    ended: false,
    open: 1,
  });
});

test('a truncated connection ends in the middle of what it carries', async () => {
  const client = call();
  client.socket.write('x');
  await expect.poll(client.heard).toBe('x');
  let reached = '';
  accepted[0]?.on('data', (chunk: Buffer) => (reached += chunk.toString('latin1')));
  proxy.truncate();
  client.socket.write('12345678');
  await expect.poll(client.ended).toBe(true);
  expect(reached).toBe('1234');
});

test('single NATS messages are dropped or come late, and nothing is torn', async () => {
  await proxy.close();
  server.close();
  await open(true);
  const client = call();
  proxy.sort((frame, direction) => {
    if (direction === 'down') return 'pass';
    return frame.words[0] === 'drop' ? 'drop' : frame.words[0] === 'late' ? 'late' : 'pass';
  });
  client.socket.write('PUB late 1\r\na\r\nPUB drop 1\r\nb\r\nPUB now 1\r\nc\r\n');
  await expect.poll(client.heard).toBe('PUB now 1\r\nc\r\nPUB late 1\r\na\r\n');
});
