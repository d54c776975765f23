import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { makeActivity } from '../activity.ts';
import type { ParsedClientEvent } from './clientEvents.ts';
import { makeConnection, type Connection } from './connection.ts';
import { makePlanner } from './planner/index.ts';
import { type Fault, type Planner, type Turn } from './turns.ts';

export interface RealtimeSimulatorOptions {
  /** 0 (the default) takes a free port. */
  readonly port?: number;
  /** The bearer key that clients must send; a random one when absent. */
  readonly key?: string;
  /** Pause before each delta, in milliseconds; 0 yields to the event loop only. Default 15. */
  readonly deltaMs?: number;
  readonly planner?: Planner;
  /** Opens `GET /sim/activity`: when it was answering since the last such request, for benchmarks. */
  readonly control?: boolean;
  /** What `expires_at` of a session says; the service's limit is 60 minutes. */
  readonly sessionLengthMs?: number;
}

/** One frame that a client sent: `connection` counts from 1 in order of arrival. */
export interface LogEntry {
  readonly connection: number;
  readonly parsed: ParsedClientEvent;
}

export interface RealtimeSimulator {
  /** `ws://127.0.0.1:PORT/v1/realtime`; a client appends `?model=…`. */
  readonly url: string;
  readonly key: string;
  readonly log: readonly LogEntry[];
  /** Replaces the planner from the next response on. */
  readonly usePlanner: (planner: Planner) => void;
  /** The next responses are these turns, in order, before the planner is asked again. */
  readonly play: (...turns: readonly Turn[]) => void;
  /** Hits every open socket now: cut, close, an `error` event, or a frame sent as it is. */
  readonly inject: (fault: Extract<Fault, { kind: 'terminate' | 'close' | 'error' | 'raw' }>) => void;
  /** Refuses new upgrades with this HTTP status until `null`. */
  readonly refuseUpgrades: (status: number | null) => void;
  readonly connections: () => number;
  readonly close: () => Promise<void>;
}

/** Starts the stand-in of the Realtime service on loopback. Rejects when the port cannot be had. */
export async function startRealtimeSimulator(options: RealtimeSimulatorOptions = {}): Promise<RealtimeSimulator> {
  const { port = 0, key = `sk-sim-${randomBytes(16).toString('hex')}`, deltaMs = 15 } = options;
  const log: LogEntry[] = [];
  const open = new Map<WebSocket, Connection>();
  const queued: Turn[] = [];
  let planner = options.planner ?? makePlanner();
  let refusedWith: number | null = null;
  let opened = 0;
  const queuedFirst: Planner = (context) => queued.shift() ?? planner(context);

  const activity = makeActivity();
  const http = createServer((request, response) => {
    if (options.control === true && request.method === 'GET' && request.url === '/sim/activity') {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ spans: activity.take() }));
      return;
    }
    response
      .writeHead(426, { 'content-type': 'text/plain' })
      .end('This is a WebSocket endpoint: /v1/realtime?model=…\n');
  });
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 16 * 1024 * 1024 });
  http.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const model = acceptedModel(request, key, refusedWith);
    if (typeof model === 'object') refuseUpgrade(socket, model);
    else sockets.handleUpgrade(request, socket, head, (accepted) => serve(accepted, model));
  });

  function serve(socket: WebSocket, model: string): void {
    const number = (opened += 1);
    const connection = makeConnection({
      model,
      planner: () => queuedFirst,
      pace: makePace(deltaMs),
      activity,
      newId: (prefix) => `${prefix}_${randomBytes(10).toString('hex')}`,
      sendFrame: (frame) => {
        if (socket.readyState === socket.OPEN) socket.send(frame);
      },
      cut: (fault) => cut(socket, fault),
      onEvent: (parsed) => log.push({ connection: number, parsed }),
      sessionLengthMs: options.sessionLengthMs ?? 60 * 60_000,
    });
    open.set(socket, connection);
    socket.on('message', (data, isBinary) => {
      connection.receive(isBinary ? '' : (data as Buffer).toString('utf8'));
    });
    socket.on('error', () => socket.terminate());
    socket.on('close', () => {
      connection.close();
      open.delete(socket);
    });
    connection.start();
  }

  await new Promise<void>((resolve, reject) => {
    http.once('error', reject);
    http.listen(port, '127.0.0.1', resolve);
  });
  const address = http.address();
  if (address === null || typeof address === 'string') throw new Error('the simulator listens on a TCP port');

  return {
    url: `ws://127.0.0.1:${address.port}/v1/realtime`,
    key,
    log,
    usePlanner: (replacement) => {
      planner = replacement;
    },
    play: (...turns) => void queued.push(...turns),
    inject(fault) {
      for (const [socket, connection] of open) {
        if (fault.kind === 'raw') socket.send(fault.frame);
        else if (fault.kind === 'error') connection.sendError({ ...fault, type: 'server_error' });
        else cut(socket, fault);
      }
    },
    refuseUpgrades: (status) => {
      refusedWith = status;
    },
    connections: () => open.size,
    async close() {
      for (const socket of open.keys()) socket.terminate();
      sockets.close();
      await new Promise<void>((resolve) => {
        http.close(() => resolve());
        http.closeAllConnections();
      });
    },
  };
}

interface UpgradeRefusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

function acceptedModel(request: IncomingMessage, key: string, refusedWith: number | null): string | UpgradeRefusal {
  const url = new URL(request.url ?? '/', 'ws://127.0.0.1');
  if (refusedWith !== null)
    return { status: refusedWith, code: 'injected', message: 'The stand-in was told to refuse.' };
  if (url.pathname !== '/v1/realtime')
    return { status: 404, code: 'not_found', message: `Invalid URL (${url.pathname})` };
  if (!isKey(request.headers.authorization, key)) {
    return { status: 401, code: 'invalid_api_key', message: 'Incorrect API key provided.' };
  }
  if (request.headers['openai-beta'] !== undefined) {
    return { status: 400, code: 'beta_api_shape_disabled', message: 'The beta interface is gone; remove OpenAI-Beta.' };
  }
  const model = url.searchParams.get('model');
  if (model === null || model === '')
    return { status: 400, code: 'missing_model', message: 'You must provide a model.' };
  if (!model.startsWith('gpt-realtime')) {
    return { status: 404, code: 'model_not_found', message: `The model '${model}' does not exist.` };
  }
  return model;
}

function isKey(header: string | undefined, key: string): boolean {
  const given = Buffer.from(header ?? '');
  const wanted = Buffer.from(`Bearer ${key}`);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

function refuseUpgrade(socket: Duplex, refusal: UpgradeRefusal): void {
  const { status, code, message } = refusal;
  const body = JSON.stringify({ error: { type: 'invalid_request_error', code, message, param: null } });
  const head = `HTTP/1.1 ${status} Refused\r\nContent-Type: application/json\r\nConnection: close\r\n`;
  socket.end(`${head}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
}

function cut(socket: WebSocket, fault: Extract<Fault, { kind: 'terminate' | 'close' }>): void {
  if (fault.kind === 'terminate') socket.terminate();
  else socket.close(fault.code, fault.reason);
}

const makePace = (deltaMs: number) => (): Promise<void> =>
  new Promise((resolve) => {
    if (deltaMs > 0) setTimeout(resolve, deltaMs);
    else setImmediate(resolve);
  });
