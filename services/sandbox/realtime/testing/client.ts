import { WebSocket } from 'ws';
import type { RealtimeSimulator } from '../index.ts';

export interface ServerEvent {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** A bare client that hands out the server's events one by one. */
export interface TestClient {
  readonly send: (event: unknown) => void;
  /** The next event, or the next of this type; those between are skipped. Waits for it. */
  readonly next: (type?: string) => Promise<ServerEvent>;
  /** All events so far. */
  readonly events: readonly ServerEvent[];
  readonly types: () => string[];
  /** Code and reason of the socket's end. */
  readonly closed: Promise<{ code: number; reason: string }>;
  readonly socket: WebSocket;
}

export interface ConnectOptions {
  readonly key?: string;
  readonly model?: string;
  readonly headers?: Record<string, string>;
}

export function openSocket(simulator: RealtimeSimulator, options: ConnectOptions = {}): WebSocket {
  const query = options.model === '' ? '' : `?model=${options.model ?? 'gpt-realtime-2.1-mini'}`;
  const headers = { Authorization: `Bearer ${options.key ?? simulator.key}`, ...options.headers };
  return new WebSocket(`${simulator.url}${query}`, { headers });
}

/** Connects and reads `session.created`. */
export async function connect(simulator: RealtimeSimulator, options: ConnectOptions = {}): Promise<TestClient> {
  const socket = openSocket(simulator, options);
  const events: ServerEvent[] = [];
  const waiting: (() => void)[] = [];
  socket.on('message', (data) => {
    const text = (data as Buffer).toString('utf8');
    try {
      events.push(JSON.parse(text) as ServerEvent);
    } catch {
      events.push({ type: 'not JSON', text });
    }
    for (const wake of waiting.splice(0)) wake();
  });
  const closed = new Promise<{ code: number; reason: string }>((resolve) =>
    socket.on('close', (code, reason) => resolve({ code, reason: reason.toString('utf8') })),
  );
  socket.on('error', () => undefined);
  let read = 0;
  const next = async (type?: string): Promise<ServerEvent> => {
    for (;;) {
      const event = events[read];
      if (event === undefined) {
        await new Promise<void>((resolve) => waiting.push(resolve));
        continue;
      }
      read += 1;
      if (type === undefined || event.type === type) return event;
    }
  };
  const send = (event: unknown): void => socket.send(typeof event === 'string' ? event : JSON.stringify(event));
  const created = await next();
  if (created.type !== 'session.created') throw new Error(`the first event is ${created.type}`);
  return { send, next, events, types: () => events.map((event) => event.type), closed, socket };
}

/** Connects and updates the session; text output unless `session` says otherwise. */
export async function connectWith(
  simulator: RealtimeSimulator,
  session: Readonly<Record<string, unknown>> = {},
  options: ConnectOptions = {},
): Promise<TestClient> {
  const client = await connect(simulator, options);
  client.send({ type: 'session.update', session: { type: 'realtime', output_modalities: ['text'], ...session } });
  await client.next('session.updated');
  return client;
}

/** Sends a message of the user. */
export const userItem = (...content: readonly object[]) => ({
  type: 'conversation.item.create',
  item: { type: 'message', role: 'user', content },
});
export const inputText = (text: string) => ({ type: 'input_text', text });
