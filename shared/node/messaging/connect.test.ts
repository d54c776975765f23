import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { makeLogger } from '../logging/index.ts';
import { connectNats } from './connect.ts';

const server = createServer();
afterEach(() => server.close());

test('a link that is closed while it connects leaves no connection behind', async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const accepted = once(server, 'connection') as Promise<[Socket]>;
  const link = connectNats({
    url: `nats://127.0.0.1:${port}`,
    name: 'test',
    logger: makeLogger({ name: 'test', level: 'silent' }),
  });
  const [socket] = await accepted;
  const closed = link.close();
  // As a server that was slow to greet: the handshake ends only now.
  socket.write('INFO {"server_id":"slow","version":"2.12.0","proto":1,"max_payload":1048576,"headers":true}\r\n');
  socket.on('data', (data) => {
    if (data.includes('PING')) socket.write('PONG\r\n');
  });
  await closed;
  if (!socket.closed) await once(socket, 'close');
  expect(link.status()).toEqual({ kind: 'closed' });
});
