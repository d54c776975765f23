import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { makeActivity } from '../../activity.ts';
import { makeConnection, type Connection } from '../connection.ts';
import { isSocketFault, type Fault, type SocketFault } from '../faults.ts';
import { makePlanner } from '../planner/index.ts';
import type { ParsedClientEvent } from '../protocol/index.ts';
import type { Planner, Turn } from '../turns.ts';
import { control } from './control.ts';
import type { LogEntry, RealtimeSimulator, RealtimeSimulatorOptions } from './options.ts';
import { makePace } from './pace.ts';
import { hitSocket, type Line } from './socket.ts';
import { acceptedModel, refuseUpgrade, type UpgradeRefusal } from './upgrade.ts';

/** An append of 15 MiB of audio is 20 MiB of base64; a larger frame closes the socket with 1009. */
const maxFrameBytes = 24 * 1024 * 1024;
/** Faults that need no response to happen. */
const betweenResponses: ReadonlySet<Fault['kind']> = new Set(['raw', 'event', 'error', 'transcription_failed']);
const hour = 60 * 60_000;

/** Starts the stand-in of the Realtime service on loopback. Rejects when the port cannot be had. */
export async function startRealtimeSimulator(options: RealtimeSimulatorOptions = {}): Promise<RealtimeSimulator> {
  const { port = 0, key = `sk-sim-${randomBytes(16).toString('hex')}`, deltaMs = 15, sessionLengthMs = hour } = options;
  const log: LogEntry[] = [];
  const responses: unknown[] = [];
  const open = new Map<Connection, Line>();
  const queued: Turn[] = [];
  let planner = options.planner ?? makePlanner();
  let refusal: UpgradeRefusal | null = null;
  let opened = 0;
  const queuedFirst: Planner = (context) => queued.shift() ?? planner(context);
  const activity = makeActivity();

  async function onRequest(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const target = { ...simulator, activity: activity.take, log: () => log };
    if (options.control === true && (await control(target, request, response))) return;
    const message = 'This is a WebSocket endpoint: /v1/realtime?model=…\n';
    response.writeHead(426, { 'content-type': 'text/plain; charset=utf-8' }).end(message);
  }
  const listener = (request: IncomingMessage, response: ServerResponse): void => void onRequest(request, response);

  const http = options.tls === undefined ? createServer(listener) : createSecureServer(options.tls, listener);
  const sockets = new WebSocketServer({ noServer: true, maxPayload: maxFrameBytes });
  http.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    // A client that is gone already is no error of the server's.
    stream.on('error', () => stream.destroy());
    const model = refusal ?? acceptedModel(request, key);
    if (typeof model === 'object') refuseUpgrade(stream, model);
    else sockets.handleUpgrade(request, stream, head, (socket) => serve({ socket, stream }, model));
  });

  function serve(line: Line, model: string): void {
    const { socket } = line;
    const number = (opened += 1);
    const sendFrame = (frame: string): void => {
      if (socket.readyState === socket.OPEN && !socket.isPaused) socket.send(frame);
    };
    const connection = makeConnection({
      model,
      planner: () => queuedFirst,
      pace: makePace(deltaMs),
      activity,
      newId: (prefix) => `${prefix}_${randomBytes(10).toString('hex')}`,
      sendFrame,
      hit: (fault) => hit(connection, line, fault),
      onResponse: (response) => responses.push(response),
      onEvent: (parsed) => log.push({ connection: number, parsed: withoutAudio(parsed) }),
      expiresAtMs: Date.now() + sessionLengthMs,
    });
    open.set(connection, line);
    const expiry = setTimeout(() => hit(connection, line, { kind: 'expire' }), sessionLengthMs);
    receive(socket, connection);
    socket.on('close', () => {
      clearTimeout(expiry);
      connection.close();
      open.delete(connection);
    });
    connection.start();
  }

  function hit(connection: Connection, line: Line, fault: SocketFault): void {
    if (fault.kind !== 'expire') return hitSocket(line, fault);
    const message = `Your session hit the maximum duration of ${Math.round(sessionLengthMs / 60_000)} minutes.`;
    const error = { type: 'invalid_request_error', code: 'session_expired', message, param: null, event_id: null };
    connection.send('error', { error });
    line.socket.close(1001, 'session_expired');
  }

  await new Promise<void>((resolve, reject) => {
    http.once('error', reject);
    http.listen(port, '127.0.0.1', resolve);
  });
  const address = http.address();
  if (address === null || typeof address === 'string') throw new Error('the simulator listens on a TCP port');

  const simulator: RealtimeSimulator = {
    url: `${options.tls === undefined ? 'ws' : 'wss'}://127.0.0.1:${address.port}/v1/realtime`,
    key,
    log,
    responses,
    usePlanner: (replacement) => {
      planner = replacement;
    },
    play: (...turns) => void queued.push(...turns),
    inject(fault) {
      if (!isSocketFault(fault) && !betweenResponses.has(fault.kind)) {
        throw new RangeError(`'${fault.kind}' happens within a response: play it.`);
      }
      for (const [connection, line] of open) {
        if (isSocketFault(fault)) hit(connection, line, fault);
        else if (fault.kind === 'raw') line.socket.send(fault.frame);
        else if (fault.kind === 'event') connection.send(fault.type, fault.fields ?? {});
        else if (fault.kind === 'transcription_failed') connection.failNextTranscription();
        else if (fault.kind === 'error') {
          const { code, message, type = 'server_error' } = fault;
          connection.send('error', { error: { type, code, message, param: null, event_id: null } });
        }
      }
    },
    refuseUpgrades: (wanted) => {
      const message = 'The stand-in was told to refuse.';
      refusal = typeof wanted === 'number' ? { status: wanted, code: 'injected', message } : wanted;
    },
    connections: () => open.size,
    async close() {
      for (const { socket } of open.values()) socket.terminate();
      sockets.close();
      await new Promise<void>((resolve) => {
        http.close(() => resolve());
        http.closeAllConnections();
      });
    },
  };
  return simulator;
}

/** An hour of a microphone would be 230 MB of log. */
function withoutAudio(parsed: ParsedClientEvent): ParsedClientEvent {
  if (parsed.kind !== 'event' || parsed.event.type !== 'input_audio_buffer.append') return parsed;
  return { kind: 'event', event: { ...parsed.event, audio: '' } };
}

function receive(socket: WebSocket, connection: Connection): void {
  socket.on('message', (data, isBinary) => {
    // Binary frames are no part of the protocol: as text they are no JSON, which is what the client is told.
    connection.receive(isBinary ? '' : (data as Buffer).toString('utf8'));
  });
  socket.on('error', () => undefined);
}
