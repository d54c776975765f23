import { WebSocket } from 'ws';
import { connectError, malformedKey } from './failures.ts';
import { proxyAgent, type ProxyEnvironment } from './proxy.ts';

/**
 * One WebSocket to the service. The official clients force `wss:`; this one also takes `ws:` (ADR: own transport).
 * Liveness: a ping each interval; an interval without its pong cuts the socket, so a silent network is noticed.
 */
export interface TransportOptions {
  /** Without `model`, which is appended. */
  readonly url: string;
  readonly model: string;
  readonly apiKey: string;
  readonly organisation?: string | undefined;
  readonly project?: string | undefined;
  readonly connectTimeoutMs: number;
  readonly pingIntervalMs: number;
  readonly maxPayloadBytes: number;
  /** For `wss:` only: a tunnel through the proxy of the environment. */
  readonly proxy?: ProxyEnvironment | undefined;
  readonly signal: AbortSignal;
  readonly onFrame: (text: string) => void;
  readonly onLatency: (latencyMs: number) => void;
  /** Once, after the socket was open and is gone. */
  readonly onClose: (reason: string) => void;
}

export interface Transport {
  /** False when the socket is not open: the frame was not sent. */
  readonly send: (frame: string) => boolean;
  /** What waits to be sent. */
  readonly backlogBytes: () => number;
  readonly close: () => void;
  /** Cuts the socket without the closing handshake. */
  readonly terminate: () => void;
  /** Pings now, and cuts the socket unless the answer is there within `withinMs`. */
  readonly check: (withinMs: number) => void;
}

export type OpenTransport = (options: TransportOptions) => Promise<Transport>;

/** Resolves when the socket is open. Rejects with AppError `realtime_rejected` or `realtime_unavailable`. */
export async function openTransport(options: TransportOptions): Promise<Transport> {
  if (!/^[\x21-\x7e]+$/.test(options.apiKey)) throw malformedKey();
  const url = new URL(options.url);
  url.searchParams.set('model', options.model);
  const socket = new WebSocket(url, {
    headers: {
      Authorization: `Bearer ${options.apiKey}`,
      ...(options.organisation === undefined ? {} : { 'OpenAI-Organization': options.organisation }),
      ...(options.project === undefined ? {} : { 'OpenAI-Project': options.project }),
    },
    agent: proxyAgent(url, options.proxy),
    handshakeTimeout: options.connectTimeoutMs,
    maxPayload: options.maxPayloadBytes,
    // Deltas are tiny and must leave at once; compressing them only costs time.
    perMessageDeflate: false,
    // One frame a turn of the event loop: with all frames of a burst in one turn, pushes and timers starved (measured in
    // answers of 20,000 deltas: 30,000 a second against 54,000 so, and the first delta's p95 6.9 ms against 6.0 ms).
    allowSynchronousEvents: false,
  });
  let opened = false;

  return await new Promise<Transport>((resolve, reject) => {
    const onAbort = (): void => socket.terminate();
    options.signal.addEventListener('abort', onAbort, { once: true });
    socket.on('unexpected-response', (_request, response) => {
      reject(connectError(response.statusCode ?? null, undefined));
      // With this listener ws leaves the socket to us; its `close` releases what hangs on `signal`.
      socket.terminate();
    });
    // Also after the opening: an error without a listener would end the process; `close` follows it.
    socket.on('error', (error) => {
      if (!opened) reject(connectError(null, error));
    });
    socket.on('message', (data, isBinary) => {
      if (!isBinary) options.onFrame((data as Buffer).toString('utf8'));
    });
    socket.on('open', () => {
      opened = true;
      const pings = keepAlive(socket, options);
      socket.once('close', (code, reason) => {
        pings.stop();
        options.onClose(`${code}${reason.length === 0 ? '' : ` ${reason.toString('utf8')}`}`);
      });
      resolve({
        send(frame) {
          if (socket.readyState !== WebSocket.OPEN) return false;
          socket.send(frame);
          return true;
        },
        backlogBytes: () => socket.bufferedAmount,
        close() {
          socket.close(1000);
          // A server that does not answer the closing handshake must not hold up a shutdown.
          setTimeout(() => socket.terminate(), 1_000).unref();
        },
        terminate: () => socket.terminate(),
        check: pings.check,
      });
    });
    socket.on('close', () => {
      options.signal.removeEventListener('abort', onAbort);
      if (!opened) reject(connectError(null, undefined));
    });
    if (options.signal.aborted) onAbort();
  });
}

interface Pings {
  readonly check: (withinMs: number) => void;
  readonly stop: () => void;
}

function keepAlive(socket: WebSocket, options: TransportOptions): Pings {
  let sentAt: number | null = null;
  let deadline: NodeJS.Timeout | undefined;
  const send = (): void => {
    if (sentAt !== null || socket.readyState !== WebSocket.OPEN) return;
    sentAt = performance.now();
    socket.ping();
  };
  const ping = (): void => {
    if (sentAt === null) send();
    else socket.terminate();
  };
  socket.on('pong', () => {
    clearTimeout(deadline);
    if (sentAt !== null) options.onLatency(performance.now() - sentAt);
    sentAt = null;
  });
  ping();
  const timer = setInterval(ping, options.pingIntervalMs);
  timer.unref();
  return {
    check(withinMs) {
      send();
      clearTimeout(deadline);
      deadline = setTimeout(() => socket.terminate(), withinMs);
      deadline.unref();
    },
    stop() {
      clearInterval(timer);
      clearTimeout(deadline);
    },
  };
}
