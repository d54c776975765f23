import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { parseBody, type MessagesBody } from './body.ts';
import type { CodeFault } from './faults.ts';
import { messageOf, streamAnswer, type Wire } from './stream.ts';
import { makePromptCache, tokensOf, type SimulatedUsage } from './usage.ts';
import { writeAnswer } from './writer.ts';

export interface CodeModelSimulatorOptions {
  /** 0 (the default) takes a free port. */
  readonly port?: number;
  /** The key that clients must send; a random one when absent. */
  readonly key?: string;
  /** Pause before each piece of an answer, in milliseconds; 0 yields to the event loop only. Default 15. */
  readonly deltaMs?: number;
}

/** One request that was understood, and what its answer used; null while it runs, or when there was none. */
export interface CodeLogEntry {
  readonly body: MessagesBody;
  readonly id: string;
  usage: SimulatedUsage | null;
}

export interface CodeModelSimulator {
  /** `http://127.0.0.1:PORT`; a client appends `/v1/messages`. */
  readonly url: string;
  readonly key: string;
  readonly log: readonly CodeLogEntry[];
  /** All requests, those that were refused too. */
  readonly requests: () => number;
  /** What happens to the next requests, in order, one each. */
  readonly play: (...faults: readonly CodeFault[]) => void;
  readonly close: () => Promise<void>;
}

/** The API versions that the vendor documents; its SDK sends the newest. */
const versions: readonly string[] = ['2023-06-01', '2026-10-21'];
const maxBytes = 32 * 1024 * 1024;

/** Starts the stand-in of the Messages API on loopback. Rejects when the port cannot be had. */
export async function startCodeModelSimulator(options: CodeModelSimulatorOptions = {}): Promise<CodeModelSimulator> {
  const { port = 0, key = `sk-ant-sim-${randomBytes(16).toString('hex')}`, deltaMs = 15 } = options;
  const log: CodeLogEntry[] = [];
  const faults: CodeFault[] = [];
  const cache = makePromptCache();
  const closing = new AbortController();
  let requests = 0;

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    requests += 1;
    const requestId = `req_${randomBytes(8).toString('hex')}`;
    response.setHeader('request-id', requestId);
    const refuse = (status: number, type: string, message: string, headers: Record<string, string> = {}): void => {
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(JSON.stringify({ type: 'error', error: { type, message }, request_id: requestId }));
    };
    const text = await textOf(request);
    if (text === null) return refuse(413, 'request_too_large', 'Request exceeds the maximum size');
    if (!isAllowed(request, key)) return refuse(401, 'authentication_error', 'invalid x-api-key');
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    if (path !== '/v1/messages') return refuse(404, 'not_found_error', 'Not Found');
    if (request.method !== 'POST') return refuse(405, 'invalid_request_error', 'Method Not Allowed');
    const version = request.headers['anthropic-version'];
    if (typeof version !== 'string' || !versions.includes(version)) {
      return refuse(400, 'invalid_request_error', 'anthropic-version: header is required, and must be a known version');
    }
    if (!/^application\/json\b/.test(request.headers['content-type'] ?? '')) {
      return refuse(400, 'invalid_request_error', 'content-type: must be application/json');
    }
    const parsed = parseBody(text);
    if (parsed.kind === 'invalid') return refuse(400, 'invalid_request_error', parsed.message);
    const { body } = parsed;
    if (!body.model.startsWith('claude-')) return refuse(404, 'not_found_error', `model: ${body.model}`);
    const fault = faults.shift();
    if (fault?.kind === 'status') {
      return refuse(fault.status, fault.type, fault.message ?? 'Simulated.', { ...fault.headers });
    }
    if (fault?.kind === 'garbage') {
      response.writeHead(200, { 'content-type': fault.contentType }).end(fault.body);
      return;
    }
    await answer(response, body, fault);
  }

  async function answer(response: ServerResponse, body: MessagesBody, fault: CodeFault | undefined): Promise<void> {
    const id = `msg_${randomBytes(12).toString('hex')}`;
    const entry: CodeLogEntry = { body, id, usage: null };
    log.push(entry);
    const text = fault?.kind === 'answer' ? fault.text : writeAnswer(body);
    const input = cache.count(body);
    if (body.stream !== true) {
      const usage = { ...input, output_tokens: tokensOf(text) };
      entry.usage = usage;
      const message = messageOf({ id, model: body.model, input }, usage.output_tokens);
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ ...message, content: [{ type: 'text', text }], stop_reason: 'end_turn' }));
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' });
    entry.usage = await streamAnswer(wireOf(response), {
      id,
      model: body.model,
      text,
      input,
      fault,
      deltaMs,
      signal: closing.signal,
    });
  }

  const http = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    http.once('error', reject);
    http.listen(port, '127.0.0.1', resolve);
  });
  const address = http.address();
  if (address === null || typeof address === 'string') throw new Error('the simulator listens on a TCP port');

  return {
    url: `http://127.0.0.1:${address.port}`,
    key,
    log,
    requests: () => requests,
    play: (...next) => void faults.push(...next),
    async close() {
      closing.abort();
      const closed = new Promise<void>((resolve) => http.close(() => resolve()));
      http.closeAllConnections();
      await closed;
    },
  };
}

/** The vendor documents both: the header of its own, and the key as a bearer token, which its SDK sends. */
function isAllowed(request: IncomingMessage, key: string): boolean {
  const own = request.headers['x-api-key'];
  return own === key || request.headers.authorization === `Bearer ${key}`;
}

async function textOf(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= maxBytes) chunks.push(chunk);
  }
  return size > maxBytes ? null : Buffer.concat(chunks).toString('utf8');
}

const wireOf = (response: ServerResponse): Wire => ({
  send: (event, data) => void response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`),
  end: () => void response.end(),
  destroy: () => void response.destroy(),
  isOpen: () => !response.destroyed && !response.writableEnded,
});
