import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type RawData, type WebSocket } from 'ws';
import { encodeFrame, maxRequestBytes, requestFrameSchema, type PushFrame } from '../../shared/contracts/index.ts';
import type { DispatchRequest } from '../../shared/node/api/index.ts';
import type { Logger } from '../../shared/node/logging/index.ts';
import type { SparkBridge } from '../bridge/types.ts';

export const socketPath = '/api/socket';

/** What a client may leave unread: a few preview frames. One that reads slower than this is closed and comes back. */
const defaultMaxUnreadBytes = 32 * 1024 * 1024;
const defaultPingMs = 20_000;

/** Close codes of ours (4000 to 4999 are an application's own). */
export const closeCodes = { shuttingDown: 1001, badFrame: 4400, tooSlow: 4408 } as const;

export interface SocketOptions {
  readonly server: Server;
  readonly subscribe: SparkBridge['subscribe'];
  readonly dispatch: DispatchRequest;
  /** Why the upgrade is refused (an HTTP status line), or undefined when it is not. */
  readonly refuse: (request: IncomingMessage) => '401 Unauthorized' | '403 Forbidden' | undefined;
  readonly logger: Logger;
  /** Told how many clients are connected, each time that changes. */
  readonly onWindows?: (count: number) => void;
  readonly maxUnreadBytes?: number;
  readonly pingMs?: number;
}

/**
 * The WebSocket transport: JSON request frames in, response and push frames out. Returns a function that closes every
 * client. A client that sends what is not a frame, does not answer pings, or does not read, is closed.
 */
export function serveSocket(options: SocketOptions): () => Promise<void> {
  const { server, dispatch, logger, maxUnreadBytes = defaultMaxUnreadBytes } = options;
  const sockets = new WebSocketServer({ noServer: true, maxPayload: maxRequestBytes, perMessageDeflate: false });
  const alive = new WeakSet<WebSocket>();

  function send(socket: WebSocket, message: string | Uint8Array): void {
    if (socket.readyState !== socket.OPEN) return;
    socket.send(message);
    if (socket.bufferedAmount <= maxUnreadBytes) return;
    logger.warn({ unreadBytes: socket.bufferedAmount }, 'a window does not read; its connection is closed');
    // A close frame would wait behind what is not being read.
    socket.close(closeCodes.tooSlow, 'too slow');
    socket.terminate();
  }

  async function answer(socket: WebSocket, data: RawData, isBinary: boolean): Promise<void> {
    const frame = isBinary ? undefined : parseRequest(data);
    if (frame === undefined) {
      logger.warn('a window sent what is not a request frame; its connection is closed');
      socket.close(closeCodes.badFrame, 'not a request frame');
      return;
    }
    send(socket, encodeFrame(await dispatch(frame)));
  }

  function welcome(socket: WebSocket): void {
    alive.add(socket);
    options.onWindows?.(sockets.clients.size);
    socket.on('close', () => options.onWindows?.(sockets.clients.size));
    socket.on('pong', () => alive.add(socket));
    // ws closes the socket itself after an error (an oversized or malformed frame).
    socket.on('error', (error) => logger.warn({ err: error }, 'a window connection failed'));
    socket.on('message', (data, isBinary) => {
      answer(socket, data, isBinary).catch((error: unknown) => {
        logger.error({ err: error }, 'an answer could not be sent');
        socket.terminate();
      });
    });
  }

  const onUpgrade = (request: IncomingMessage, stream: Duplex, head: Buffer): void => {
    const refusal = pathOf(request) === socketPath ? options.refuse(request) : '404 Not Found';
    if (refusal !== undefined) {
      logger.warn({ refusal, origin: request.headers.origin, host: request.headers.host }, 'a connection was refused');
      stream.on('error', () => stream.destroy());
      stream.end(`HTTP/1.1 ${refusal}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    sockets.handleUpgrade(request, stream, head, welcome);
  };
  server.on('upgrade', onUpgrade);

  const unsubscribe = options.subscribe((event) => {
    if (sockets.clients.size === 0) return;
    const frame: PushFrame = { kind: 'push', name: event.name, payload: event.payload };
    const message = encodeFrame(frame);
    for (const socket of sockets.clients) send(socket, message);
  });

  const pinging = setInterval(() => {
    for (const socket of sockets.clients) {
      if (!alive.delete(socket)) socket.terminate();
      else socket.ping();
    }
  }, options.pingMs ?? defaultPingMs);
  pinging.unref();

  return async () => {
    clearInterval(pinging);
    unsubscribe();
    server.off('upgrade', onUpgrade);
    for (const socket of sockets.clients) socket.close(closeCodes.shuttingDown, 'SPARK is closing');
    await new Promise<void>((resolve) => {
      const force = setTimeout(() => {
        for (const socket of sockets.clients) socket.terminate();
      }, 1_000);
      sockets.close(() => {
        clearTimeout(force);
        resolve();
      });
    });
  };
}

const pathOf = (request: IncomingMessage): string => (request.url ?? '').split('?', 1)[0] ?? '';

function parseRequest(data: RawData) {
  try {
    // With the default binaryType every message arrives as one Buffer.
    const parsed = requestFrameSchema.safeParse(JSON.parse((data as Buffer).toString('utf8')));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}
