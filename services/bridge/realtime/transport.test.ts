import { getEventListeners, once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { openTransport } from './transport.ts';

const server = createServer();
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

it('a refused connection leaves nothing behind, however often it is tried', async () => {
  server.on('upgrade', (_request, stream) => {
    stream.end('HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const { signal } = new AbortController();
  const opening = openTransport({
    url: `ws://127.0.0.1:${port}`,
    model: 'm',
    apiKey: 'k',
    connectTimeoutMs: 2_000,
    pingIntervalMs: 1_000,
    maxPayloadBytes: 1_000,
    signal,
    onFrame: () => undefined,
    onLatency: () => undefined,
    onClose: () => undefined,
  });
  await expect(opening).rejects.toMatchObject({ code: 'realtime_unavailable' });
  await expect.poll(() => getEventListeners(signal, 'abort').length).toBe(0);
});
