import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { NodeStreamableHTTPServerTransport } from '@modelcontextprotocol/node';
import { isInitializeRequest, type Server } from '@modelcontextprotocol/server';
import type { UnityEditorSim } from '../editor/unityEditorSim.ts';
import { loadCatalog } from './catalog.ts';
import { answerControl } from './control.ts';
import { makeEditorLink, realWaits, type ServerWaits } from './editorLink.ts';
import { makeMcpSession } from './mcpSession.ts';
import { readRequestBody } from './requestBody.ts';
import { describeSessions } from './resources.ts';

/** The MCP server in front of one or more simulated editors: `/mcp`, `/health`, `/api/instances`, on loopback only. */
export interface SimulatorServer {
  readonly url: string;
  readonly close: () => Promise<void>;
}

export interface SimulatorServerOptions {
  readonly editors: readonly UnityEditorSim[];
  /** 0 takes a free port. */
  readonly port?: number;
  readonly waits?: Partial<ServerWaits>;
  /** Requests to `/mcp` must carry it as bearer or as X-API-Key, as behind a proxy that answers 401. */
  readonly token?: string;
  /** Remote-hosted mode: this X-API-Key is needed, no editor is chosen by itself, `/api/instances` is off. */
  readonly remoteApiKey?: string;
  /** Opens `/sim/faults`, `/sim/editor` and `/sim/activity` for tests and benchmarks. */
  readonly control?: boolean;
}

interface Session {
  readonly transport: NodeStreamableHTTPServerTransport;
  readonly server: Server;
}

export async function startSimulatorServer(options: SimulatorServerOptions): Promise<SimulatorServer> {
  const waits = { ...realWaits, ...options.waits };
  const catalog = loadCatalog();
  const links = options.editors.map((editor) => makeEditorLink(editor, waits));
  const sessions = new Map<string, Session>();
  const stops = options.editors.map((editor) =>
    editor.connection.onChange((isOpen) => {
      if (!isOpen) return;
      for (const { server } of sessions.values()) void server.sendToolListChanged().catch(() => undefined);
    }),
  );

  async function openSession(request: IncomingMessage, response: ServerResponse, body: unknown): Promise<void> {
    const id = randomUUID().replaceAll('-', '');
    const remote = options.remoteApiKey === undefined ? {} : { remoteApiKey: options.remoteApiKey };
    const server = makeMcpSession({ catalog, links, waits, sessionId: () => id, ...remote });
    const transport = new NodeStreamableHTTPServerTransport({
      sessionIdGenerator: () => id,
      onsessioninitialized: (sessionId) => void sessions.set(sessionId, { transport, server }),
      onsessionclosed: (sessionId) => void sessions.delete(sessionId),
    });
    await server.connect(transport);
    await transport.handleRequest(request, response, body);
    if (!sessions.has(id)) await server.close();
  }

  async function answerMcp(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (options.token !== undefined && !carriesToken(request, options.token)) {
      return sendJson(response, 401, { success: false, error: 'auth_required' });
    }
    if (!['GET', 'POST', 'DELETE'].includes(request.method ?? ''))
      return sendError(response, 405, 'Method Not Allowed');
    const id = request.headers['mcp-session-id'];
    if (typeof id === 'string') {
      const session = sessions.get(id);
      if (session === undefined) return sendError(response, 404, 'Session not found');
      return await session.transport.handleRequest(request, response);
    }
    // Without an id only `initialize` is taken.
    if (request.method !== 'POST') return sendError(response, 400, 'Bad Request: Missing session ID');
    const body = await readRequestBody(request);
    if (body.kind === 'too_large') {
      response.writeHead(413, { 'content-type': 'text/plain', connection: 'close' }).end('Request body too large');
      return;
    }
    if (body.kind === 'not_json') return sendError(response, 400, 'Parse error: the body is not JSON', -32_700);
    if (!isInitializeRequest(body.value)) return sendError(response, 400, 'Bad Request: Missing session ID');
    await openSession(request, response, body.value);
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? '/', 'http://127.0.0.1').pathname;
    if (path === '/mcp') return await answerMcp(request, response);
    if (path === '/health' && request.method === 'GET') {
      const message = 'MCP for Unity server is running';
      const body = { status: 'healthy', timestamp: Date.now() / 1000, version: catalog.packageVersion, message };
      return sendJson(response, 200, body);
    }
    if (path === '/api/instances' && request.method === 'GET' && options.remoteApiKey === undefined)
      return sendJson(response, 200, describeSessions(links));
    if (options.control === true && path.startsWith('/sim/')) {
      const { status, body } = await answerControl(request, path, options.editors);
      return sendJson(response, status, body);
    }
    response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' }).end('Not Found');
  }

  const activity = options.editors[0]?.activity;
  const http = createServer((request, response) => {
    // The stream of a GET stays open; every other request is work until its answer is out.
    const isWork = request.method === 'POST' || request.url === '/api/instances';
    const end = isWork ? activity?.begin('request') : undefined;
    if (end !== undefined) response.once('close', end);
    answer(request, response).catch((error: unknown) => {
      if (!response.headersSent) sendError(response, 500, error instanceof Error ? error.message : 'failed');
      else response.destroy();
    });
  });
  await new Promise<void>((resolve, reject) => {
    http.once('error', reject);
    http.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const { port } = http.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/mcp`,
    async close() {
      for (const stop of stops) stop();
      await Promise.all([...sessions.values()].map(({ server }) => server.close()));
      sessions.clear();
      const closed = new Promise<void>((resolve) => void http.close(() => resolve()));
      http.closeAllConnections();
      await closed;
    },
  };
}

function carriesToken(request: IncomingMessage, token: string): boolean {
  return request.headers.authorization === `Bearer ${token}` || request.headers['x-api-key'] === token;
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function sendError(response: ServerResponse, status: number, message: string, code = -32_600): void {
  sendJson(response, status, { jsonrpc: '2.0', id: 'server-error', error: { code, message } });
}
