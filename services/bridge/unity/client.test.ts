import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { makeLogger } from '../../../shared/node/logging/index.ts';
import { makeUnityClient, type UnityClient } from './client.ts';

const logger = makeLogger({ name: 'test', level: 'silent' });
const requestSchema = z.object({ id: z.number().optional(), method: z.string() });

let server: Server;
let client: UnityClient;
afterEach(async () => {
  await client.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

/** A server that opens sessions as it should and answers tool calls as `answer` does. */
async function connect(answer: (response: ServerResponse, id: number) => void): Promise<void> {
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => void chunks.push(chunk));
    request.on('end', () => {
      if (request.method !== 'POST') return void response.writeHead(405).end();
      const { id, method } = requestSchema.parse(JSON.parse(Buffer.concat(chunks).toString()));
      if (method === 'tools/call') return answer(response, id ?? 0);
      if (id === undefined) return void response.writeHead(202).end();
      const result = {
        protocolVersion: '2025-11-25',
        capabilities: { tools: {} },
        serverInfo: { name: 'test', version: '1' },
      };
      response.writeHead(200, { 'content-type': 'application/json', 'mcp-session-id': 'one' });
      response.end(JSON.stringify({ jsonrpc: '2.0', id, result }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  client = makeUnityClient({ url: `http://127.0.0.1:${port}/mcp`, logger, maxReplyBytes: 200_000 });
}

const stream = { 'content-type': 'text/event-stream' };
const event = (id: number, text: string) =>
  `event: message\ndata: ${JSON.stringify({ jsonrpc: '2.0', id, result: { content: [{ type: 'text', text }] } })}\n\n`;

describe('the client', () => {
  it('reads a reply from an event stream', async () => {
    await connect((response, id) => void response.writeHead(200, stream).end(event(id, '{"success":true,"data":[]}')));
    expect(await client.call('read_console', {})).toMatchObject({ kind: 'reply', body: { success: true } });
  });

  it('does not wait for its time limit when the stream ends without an answer', async () => {
    await connect((response) => void response.writeHead(200, stream).end(': ping\n\n'));
    expect(await client.call('create_script', {})).toMatchObject({ kind: 'may_have_run', reason: 'reply_lost' });
  });

  it('says that a write may have run when the connection breaks in the middle of the reply', async () => {
    await connect((response) => {
      response.writeHead(200, stream).write('event: message\ndata: {"jsonrpc"');
      setImmediate(() => response.destroy());
    });
    expect(await client.call('create_script', {})).toMatchObject({ kind: 'may_have_run', reason: 'reply_lost' });
  });

  it('does not read a reply without end', async () => {
    await connect((response, id) => void response.writeHead(200, stream).end(event(id, 'x'.repeat(300_000))));
    expect(await client.call('read_console', {})).toMatchObject({ reason: 'reply_unreadable' });
  });

  it.each(['<html>', '[]', '{"message":"no success"}', ''])('takes the text %j for no reply', async (text) => {
    await connect((response, id) => void response.writeHead(200, stream).end(event(id, text)));
    expect(await client.call('read_console', {})).toMatchObject({ kind: 'may_have_run', reason: 'reply_unreadable' });
  });

  it.each([500, 502, 504])(
    'takes no HTTP %i for a refusal: what answers so may have passed the write on',
    async (status) => {
      await connect((response) => void response.writeHead(status).end('Bad Gateway'));
      expect(await client.call('create_script', {})).toMatchObject({ kind: 'server_gone', sent: true });
    },
  );

  it('gives every other HTTP answer a class', async () => {
    await connect((response) => void response.writeHead(413).end('Request body too large'));
    expect(await client.call('create_script', {})).toMatchObject({ kind: 'failed', code: 'http_413' });
  });

  it('ends when its caller gives up, saying that the call may have run', async () => {
    await connect((response) => void response.writeHead(200, stream).write(': ping\n\n'));
    const reply = await client.call('create_script', {}, { signal: AbortSignal.timeout(100) });
    expect(reply).toMatchObject({ kind: 'may_have_run', reason: 'aborted' });
  });
});
