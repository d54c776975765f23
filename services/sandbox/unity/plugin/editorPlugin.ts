import { WebSocket } from 'ws';
import { EditorDisconnected } from '../editor/connection.ts';
import type { PluginReply } from '../editor/reply.ts';
import type { UnityEditorSim } from '../editor/unityEditorSim.ts';
import { builtInTools } from './builtInTools.ts';
import { parseServerMessage, type ServerMessage } from './messages.ts';

/**
 * The second front of the stand-in: it connects a simulated editor to the real MCP server's plugin socket, as the C#
 * plugin does. The socket follows the editor's connection: it closes at a domain reload and when the editor closes, and
 * comes back with it. Commands are handed on in the order in which they were read; the editor works on one at a time,
 * and a command whose socket has gone gets no answer. A ping is answered only after the commands read before it, since
 * the plugin's loop reads nothing meanwhile; the pong sent unasked keeps the socket alive during long work.
 */
export interface EditorPlugin {
  /** Resolves when the server has registered the editor; at once when it is registered now. */
  readonly whenRegistered: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Waits (milliseconds) before the attempts after a lost connection; the last one repeats. From the C# plugin. */
const reconnectMs: readonly number[] = [0, 1_000, 3_000, 5_000, 10_000, 30_000];
const defaultKeepAliveSeconds = 15;

export function connectEditorPlugin(options: {
  readonly editor: UnityEditorSim;
  /** Any address of the server, e.g. its MCP endpoint. */
  readonly serverUrl: string;
  /** For a remote-hosted server; sent as `X-API-Key`. */
  readonly apiKey?: string;
  readonly reconnectMs?: readonly number[];
}): EditorPlugin {
  const { editor, apiKey } = options;
  const schedule = options.reconnectMs ?? reconnectMs;
  const url = new URL('/hub/plugin', options.serverUrl);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  let socket: WebSocket | undefined;
  let isRegistered = false;
  let isClosed = false;
  let attempt = 0;
  let retry: NodeJS.Timeout | undefined;
  let waiters: (() => void)[] = [];

  function connect(): void {
    if (isClosed || socket !== undefined || !editor.connection.isOpen()) return;
    const opened = new WebSocket(url, {
      maxPayload: 0,
      ...(apiKey === undefined ? {} : { headers: { 'X-API-Key': apiKey } }),
    });
    socket = opened;
    const session = makeSession(opened);
    opened.on('open', () => session.send(registration()));
    opened.on('message', (data) => session.read(frameText(data)));
    opened.on('error', () => undefined);
    opened.once('close', () => {
      session.end();
      if (socket !== opened) return;
      socket = undefined;
      isRegistered = false;
      reconnect();
    });
  }

  function reconnect(): void {
    if (isClosed || !editor.connection.isOpen()) return;
    clearTimeout(retry);
    retry = setTimeout(connect, schedule[Math.min(attempt, schedule.length - 1)] ?? 0);
    attempt += 1;
  }

  function disconnect(): void {
    clearTimeout(retry);
    attempt = 0;
    const leaving = socket;
    socket = undefined;
    isRegistered = false;
    // A reply that the editor gave in the same turn is still sent: Unity reloads between two frames.
    if (leaving !== undefined) setImmediate(() => leaving.close(1000));
  }

  const registration = () => ({
    type: 'register',
    project_name: editor.projectName,
    project_hash: editor.projectHash,
    unity_version: editor.unityVersion,
    project_path: editor.projectDir,
  });

  /** One connection: its session id, its unasked pongs, the commands it has read. */
  function makeSession(own: WebSocket) {
    let sessionId: string | undefined;
    let keepAlive: NodeJS.Timeout | undefined;
    const working = new Set<Promise<void>>();

    const send = (message: unknown): void => {
      if (own.readyState === WebSocket.OPEN) own.send(JSON.stringify(message));
    };
    const pong = (): void => send({ type: 'pong', session_id: sessionId });
    const beat = (seconds: number): void => {
      clearInterval(keepAlive);
      keepAlive = setInterval(pong, seconds * 1_000);
    };

    async function execute({ id, name, params }: Extract<ServerMessage, { type: 'execute' }>): Promise<void> {
      try {
        const result: PluginReply = await editor.execute({ name, params });
        send({ type: 'command_result', id, result });
      } catch (error) {
        if (!(error instanceof EditorDisconnected)) throw error;
      }
    }

    return {
      send,
      read(text: string): void {
        const message = parseServerMessage(text);
        switch (message?.type) {
          case 'welcome':
            return beat(message.keepAliveInterval);
          case 'registered':
            sessionId = message.session_id;
            if (keepAlive === undefined) beat(defaultKeepAliveSeconds);
            send({ type: 'register_tools', tools: builtInTools });
            isRegistered = socket === own;
            attempt = 0;
            for (const waiter of waiters.splice(0)) waiter();
            return undefined;
          case 'ping':
            return void Promise.all(working).then(pong);
          case 'execute': {
            const work = execute(message).finally(() => working.delete(work));
            working.add(work);
            return undefined;
          }
          case undefined:
            return undefined;
        }
      },
      end: () => clearInterval(keepAlive),
    };
  }

  const stop = editor.connection.onChange((isOpen) => (isOpen ? connect() : disconnect()));
  connect();

  return {
    whenRegistered: () =>
      isRegistered
        ? Promise.resolve()
        : new Promise((resolve) => {
            waiters.push(resolve);
          }),
    async close() {
      isClosed = true;
      stop();
      const leaving = socket;
      disconnect();
      waiters = [];
      if (leaving === undefined || leaving.readyState === WebSocket.CLOSED) return;
      const force = setTimeout(() => leaving.terminate(), 1_000);
      await new Promise((resolve) => leaving.once('close', resolve));
      clearTimeout(force);
    },
  };
}

const frameText = (data: WebSocket.RawData): string =>
  Array.isArray(data)
    ? Buffer.concat(data).toString('utf8')
    : Buffer.isBuffer(data)
      ? data.toString('utf8')
      : Buffer.from(data).toString('utf8');
