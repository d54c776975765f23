import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { makeUnityAdapter, type UnityConnection } from './index.ts';
import { contextOf, makeMemoryLedger, quiet } from './testing/harness.ts';

let server: Server;
let unity: UnityConnection;
afterEach(async () => {
  await unity.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

async function connect(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<void> {
  server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`;
  unity = makeUnityAdapter({ url, ledger: makeMemoryLedger(), logger: quiet, pollMs: 60_000, fastPollMs: 20 });
}

const read = () => unity.readConsole({ types: ['error'], count: 5 }, contextOf());
const json = (response: ServerResponse, body: unknown, status = 200): void =>
  void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));

describe('what is no Unity MCP server', () => {
  it.each<readonly [string, (response: ServerResponse) => void]>([
    ['HTML', (response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>It works!</html>')],
    ['garbage', (response) => void response.writeHead(200).end(Buffer.from([0, 255, 1, 254]))],
    ['another JSON', (response) => json(response, { hello: 'world' })],
    [
      'half an event stream',
      (response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' }).write('event: message\ndata: {"jso');
        setImmediate(() => response.destroy());
      },
    ],
    ['no byte at all', (response) => void response.destroy()],
    ['an error', (response) => json(response, { detail: 'no' }, 503)],
  ])('%s is said to be none, with what to do', async (_what, answer) => {
    await connect((_request, response) => answer(response));
    await expect(read()).rejects.toMatchObject({
      code: 'unity_unavailable',
      message: expect.stringContaining('check UNITY_MCP_URL'),
    });
    expect(unity.editor.status().kind).toBe('server_away');
  });

  it('an answer of 100 MB is not read to its end', async () => {
    let sent = 0;
    await connect((_request, response) => {
      const chunk = Buffer.alloc(1024 * 1024, ' ');
      const more = (): void => {
        while (sent < 100 && !response.destroyed && response.write(chunk)) sent += 1;
        if (sent >= 100) response.end();
      };
      response.on('drain', more);
      more();
    });
    await expect(read()).rejects.toMatchObject({ code: 'unity_unavailable' });
    expect(sent).toBeLessThan(100);
  });
});

describe('a server of another version', () => {
  it('whose success lacks the fields that are needed is told as such, not guessed at', async () => {
    await connect((request, response) => {
      if (request.url === '/health') return json(response, { version: '12.0.0' });
      if (request.url === '/api/instances') {
        return json(response, { success: true, instances: [{ project: 'Game', hash: 'abc' }] });
      }
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => void chunks.push(chunk));
      request.on('end', () => {
        if (request.method !== 'POST') return void response.writeHead(405).end();
        const { id, method } = JSON.parse(Buffer.concat(chunks).toString()) as { id?: number; method: string };
        if (id === undefined) return void response.writeHead(202).end();
        const serverInfo = { name: 'test', version: '1' };
        const opened = { protocolVersion: '2025-11-25', capabilities: { tools: {}, resources: {} }, serverInfo };
        const text = JSON.stringify({ success: true, message: 'fine' });
        const results: Record<string, unknown> = {
          initialize: opened,
          'tools/call': { content: [{ type: 'text', text }] },
          'resources/read': { contents: [{ uri: 'x', text }] },
        };
        response.setHeader('mcp-session-id', 'one');
        json(response, { jsonrpc: '2.0', id, result: results[method] ?? {} });
      });
    });
    await expect(read()).rejects.toMatchObject({ code: 'unity_failed', message: expect.stringContaining('10.x') });
    const { notes, serverVersion } = unity.editor.status();
    expect(serverVersion).toBe('12.0.0');
    expect(notes?.join()).toContain('newer than 10.1.0');
    expect(notes?.join()).toContain('any web page');
  });
});

describe('a server that does not tell the state of the editor', () => {
  it('is taken to be ready, so that nothing waits for an answer that never comes', async () => {
    await connect((request, response) => {
      if (request.url === '/api/instances') {
        return json(response, { success: true, instances: [{ project: 'Game', hash: 'abc' }] });
      }
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => void chunks.push(chunk));
      request.on('end', () => {
        if (request.method !== 'POST') return void response.writeHead(request.url === '/health' ? 404 : 405).end();
        const { id, method } = JSON.parse(Buffer.concat(chunks).toString()) as { id?: number; method: string };
        if (id === undefined) return void response.writeHead(202).end();
        response.setHeader('mcp-session-id', 'one');
        const serverInfo = { name: 'test', version: '1' };
        if (method === 'initialize') {
          const result = { protocolVersion: '2025-11-25', capabilities: { resources: {} }, serverInfo };
          return json(response, { jsonrpc: '2.0', id, result });
        }
        json(response, { jsonrpc: '2.0', id, error: { code: -32_002, message: 'Resource not found' } });
      });
    });
    await expect.poll(() => unity.editor.status().kind).toBe('ready');
  });
});
