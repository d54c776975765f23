import { WebSocket } from 'ws';
import {
  decodeFrame,
  pushedSchemas,
  routes,
  type PushedName,
  type PushedPayload,
  type RouteInput,
  type RouteName,
  type RouteOutput,
} from '../../../shared/contracts/index.ts';
import { AppError, DependencyError, errorCodes, type ErrorCode } from '../../../shared/errors/index.ts';

/** The window's API from a program: the same routes over the same WebSocket, the token exchanged for the same cookie. */
export interface DemoClient {
  /** Rejects with the AppError that the route answered. */
  request<R extends RouteName>(route: R, input: RouteInput<R>): Promise<RouteOutput<R>>;
  /** Resolves with the first push, from this call on, that `matches`; rejects when `signal` aborts. */
  waitFor<P extends PushedName>(
    name: P,
    matches: (payload: PushedPayload<P>) => boolean,
    signal: AbortSignal,
  ): Promise<PushedPayload<P>>;
  on<P extends PushedName>(name: P, listener: (payload: PushedPayload<P>) => void): () => void;
  close(): void;
}

/**
 * Connects to a web host by the address that it prints (`http://127.0.0.1:PORT/#token=…`).
 * Throws a DependencyError when the host refuses the token or cannot be reached.
 */
export async function connectDemoClient(address: string): Promise<DemoClient> {
  const url = new URL(address);
  const token = new URLSearchParams(url.hash.slice(1)).get('token') ?? '';
  const answer = await fetch(new URL('/api/token', url), {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url.origin },
    body: JSON.stringify({ token }),
  });
  const cookie = answer.headers.getSetCookie()[0]?.split(';')[0];
  if (!answer.ok || cookie === undefined) {
    throw new DependencyError(
      'unauthorized',
      `The web host refused the token of its own address (HTTP ${answer.status}).`,
      { retryable: false },
    );
  }
  const socket = new WebSocket(new URL('/api/socket', url.href.replace(/^http/, 'ws')), {
    headers: { cookie, origin: url.origin },
  });
  await opened(socket);
  return makeClient(socket);
}

function opened(socket: WebSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('open', () => resolve());
    socket.once('error', (cause) =>
      reject(
        new DependencyError('unauthorized', `The web host closed the socket: ${cause.message}`, {
          retryable: false,
          cause,
        }),
      ),
    );
  });
}

function makeClient(socket: WebSocket): DemoClient {
  const waiting = new Map<number, { resolve: (output: unknown) => void; reject: (error: Error) => void }>();
  const listeners = new Set<(name: string, payload: unknown) => void>();
  let nextId = 0;

  socket.on('message', (data, isBinary) => {
    const bytes = Buffer.isBuffer(data) ? data : Buffer.concat(Array.isArray(data) ? data : [Buffer.from(data)]);
    const frame = decodeFrame(isBinary ? bytes : bytes.toString('utf8'));
    if (frame.kind === 'push') {
      for (const listener of listeners) listener(frame.name, frame.payload);
      return;
    }
    const request = waiting.get(frame.id);
    waiting.delete(frame.id);
    if (frame.ok) request?.resolve(frame.output);
    else
      request?.reject(
        new AppError(toErrorCode(frame.error.code), frame.error.message, { data: frame.error.data ?? {} }),
      );
  });
  socket.on('close', () => {
    const error = new DependencyError('internal', 'The web host closed the connection before it answered.', {
      retryable: true,
    });
    for (const request of waiting.values()) request.reject(error);
    waiting.clear();
  });

  const on: DemoClient['on'] = (name, listener) => {
    const inner = (pushed: string, payload: unknown): void => {
      // The schema is looked up by the same name that types the listener.
      if (pushed === name) listener(pushedSchemas[name].parse(payload) as PushedPayload<typeof name>);
    };
    listeners.add(inner);
    return () => listeners.delete(inner);
  };

  return {
    async request(route, input) {
      const id = nextId;
      nextId += 1;
      const output = await new Promise<unknown>((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        socket.send(JSON.stringify({ kind: 'request', id, route, input }));
      });
      // Parsed by the schema of this very route.
      return routes[route].output.parse(output) as RouteOutput<typeof route>;
    },
    on,
    waitFor(name, matches, signal) {
      return new Promise((resolve, reject) => {
        const stop = on(name, (payload) => {
          if (!matches(payload)) return;
          finish();
          resolve(payload);
        });
        const onAbort = (): void => {
          finish();
          reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
        };
        const finish = (): void => {
          stop();
          signal.removeEventListener('abort', onAbort);
        };
        if (signal.aborted) onAbort();
        else signal.addEventListener('abort', onAbort);
      });
    },
    close: () => socket.terminate(),
  };
}

const toErrorCode = (code: string): ErrorCode => errorCodes.find((known) => known === code) ?? 'internal';
