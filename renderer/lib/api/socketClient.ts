import {
  decodeFrame,
  type ApiClient,
  type ApiResult,
  type ConnectionState,
} from '../../../shared/contracts/api/index.ts';
import { makePushHub, parseOutput } from './parse.ts';

/**
 * The client over the web host's WebSocket. It reconnects by itself, 0.25 s after the first loss, doubling to 8 s. A
 * request that is made while there is no connection, or whose connection is lost, gets an error answer and is never sent
 * twice: the caller knows whether a repetition is safe. Requests made while connecting for the first time wait for it.
 */

/** The part of WebSocket that is used; tests give their own. */
export interface SocketLike {
  binaryType: BinaryType;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(type: 'open' | 'close', listener: () => void): void;
  send(data: string): void;
  close(): void;
}

export interface SocketClientOptions {
  readonly open: () => SocketLike;
  readonly firstDelayMs?: number;
  readonly maxDelayMs?: number;
}

const closed = (message: string): ApiResult<never> => ({ ok: false, error: { code: 'connection_closed', message } });
const notSent = 'The connection to SPARK is closed. Nothing was sent; try again when it is back.';
const notAnswered =
  'The connection to SPARK was lost before the answer. What was sent may have been done; the session shows it when the connection is back.';

export function createSocketClient({
  open,
  firstDelayMs = 250,
  maxDelayMs = 8_000,
}: SocketClientOptions): ApiClient & { close(): void } {
  const hub = makePushHub();
  const pending = new Map<number, { readonly frame: string; readonly answer: (result: ApiResult<unknown>) => void }>();
  const listeners = new Set<(state: ConnectionState) => void>();
  let state: ConnectionState = 'connecting';
  let socket: SocketLike | null = null;
  let nextId = 1;
  let delayMs = firstDelayMs;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let ended = false;

  const setState = (next: ConnectionState): void => {
    if (state === next) return;
    state = next;
    for (const listener of listeners) listener(next);
  };
  const failPending = (message: string): void => {
    for (const { answer } of pending.values()) answer(closed(message));
    pending.clear();
  };
  const receive = (data: unknown): void => {
    const frame = decodeFrame(typeof data === 'string' ? data : new Uint8Array(data as ArrayBuffer));
    if (frame.kind === 'push') {
      hub.receive(frame.name, frame.payload);
      return;
    }
    const request = pending.get(frame.id);
    pending.delete(frame.id);
    request?.answer(frame.ok ? { ok: true, output: frame.output } : { ok: false, error: frame.error });
  };
  const connect = (): void => {
    const current = open();
    current.binaryType = 'arraybuffer';
    socket = current;
    let wasOpen = false;
    current.addEventListener('open', () => {
      wasOpen = true;
      delayMs = firstDelayMs;
      for (const { frame } of pending.values()) current.send(frame);
      setState('open');
    });
    current.addEventListener('message', ({ data }) => {
      try {
        receive(data);
      } catch {
        // A frame that is not ours: start afresh, the stores open their session again.
        current.close();
      }
    });
    current.addEventListener('close', () => {
      if (socket !== current) return;
      socket = null;
      failPending(wasOpen ? notAnswered : notSent);
      setState('closed');
      if (ended) return;
      timer = setTimeout(connect, delayMs);
      delayMs = Math.min(delayMs * 2, maxDelayMs);
    });
  };
  connect();

  return {
    async request(route, input) {
      if (state === 'closed') return closed(notSent);
      const id = nextId++;
      const frame = JSON.stringify({ kind: 'request', id, route, input });
      const result = await new Promise<ApiResult<unknown>>((answer) => {
        pending.set(id, { frame, answer });
        if (state === 'open') socket?.send(frame);
      });
      return parseOutput(route, result);
    },
    on: hub.on,
    connection: {
      get: () => state,
      subscribe(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    close() {
      ended = true;
      clearTimeout(timer);
      socket?.close();
    },
  };
}

/**
 * Exchanges the token of the address (`#token=…`) for a cookie and takes it out of the address and the history. Answers
 * `refused` when the host does not know the token, `absent` when the address has none (a cookie may still be valid).
 */
export async function exchangeToken(deps: {
  readonly fragment: string;
  readonly post: (token: string) => Promise<{ readonly ok: boolean }>;
  readonly forgetFragment: () => void;
}): Promise<'exchanged' | 'absent' | 'refused'> {
  const token = new URLSearchParams(deps.fragment.replace(/^#/, '')).get('token');
  if (token === null || token === '') return 'absent';
  deps.forgetFragment();
  const answer = await deps.post(token).catch(() => ({ ok: false }));
  return answer.ok ? 'exchanged' : 'refused';
}
