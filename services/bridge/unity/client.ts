import {
  Client,
  ProtocolError,
  SdkError,
  SdkErrorCode,
  SdkHttpError,
  StreamableHTTPClientTransport,
} from '@modelcontextprotocol/client';
import type { Logger } from '../../../shared/node/logging/index.ts';
import type { Failure } from './failures.ts';
import { makeServerLooks, type ServerLooks } from './serverLooks.ts';
import {
  failureOfConnecting,
  failureOfHttp,
  failureOfProtocol,
  messageOf,
  toReply,
  toReplyOfText,
  unreadable,
  wasRefused,
  type CallResult,
} from './translate.ts';
import { makeWire } from './wire.ts';

/**
 * The MCP connection: one session over Streamable HTTP, opened when first needed and opened again when the server no
 * longer knows it. It never throws for what the server or Unity did: every call resolves to a reply or to a `Failure`.
 * It does not queue and does not retry, with one exception: a 404 means that the request was not taken, so it is sent
 * once more in a new session.
 */
export interface UnityClient extends ServerLooks {
  /** One tool call, as it is. `instanceId` (`Name@hash`) goes with the call as `unity_instance`. */
  readonly call: (tool: string, args: Readonly<Record<string, unknown>>, options?: CallOptions) => Promise<CallResult>;
  /** A resource; with `instanceId` the session's active instance is set first when it is another one. */
  readonly readResource: (uri: string, options?: CallOptions) => Promise<CallResult>;
  /** Drops the MCP session: one that used an editor which has gone waits 20 s more on every request. */
  readonly renewSession: () => void;
  readonly close: () => Promise<void>;
}

export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  readonly instanceId?: string | null | undefined;
  /** Default: the tool's own limit, see `timeLimitMs`. */
  readonly timeoutMs?: number | undefined;
}

/** 120 s for what waits for compiles on the server's side (up to 96 s were measured), 60 s for the rest. */
const slowTools = new Set([
  'create_script',
  'apply_text_edits',
  'delete_script',
  'refresh_unity',
  'manage_asset',
  'manage_prefabs',
  'manage_scene',
  'batch_execute',
]);
const timeLimitMs = (tool: string): number => (slowTools.has(tool) ? 120_000 : 60_000);
const connectLimitMs = 15_000;
/** How long an answer may still be on its way through the SDK after its stream has ended. */
const settleMs = 250;

interface Session {
  readonly client: Client;
  activeInstance: string | null;
}

export function makeUnityClient(options: {
  /** The MCP endpoint, e.g. `http://localhost:8080/mcp`. */
  readonly url: string;
  /** Sent as bearer token and as `X-API-Key`. */
  readonly token?: string | undefined;
  readonly logger: Logger;
  /** Replies larger than this are not read (default 24 MiB; the plugin's own frames end at 16 MiB). */
  readonly maxReplyBytes?: number;
}): UnityClient {
  const { logger, token, maxReplyBytes = 24 * 1024 * 1024 } = options;
  const url = new URL(options.url);
  const headers: Record<string, string> =
    token === undefined || token === '' ? {} : { authorization: `Bearer ${token}`, 'x-api-key': token };
  const wire = makeWire({ maxReplyBytes });
  const looks = makeServerLooks({ url, headers });
  let session: Promise<Session> | undefined;
  const closing = new Set<Promise<void>>();

  function open(): Promise<Session> {
    const opening = (async () => {
      const client = new Client({ name: 'spark', version: '0.1.0' });
      // oxlint-disable-next-line unicorn/prefer-add-event-listener -- the SDK's client is no EventTarget
      client.onerror = (error) => logger.debug({ err: error }, 'unity mcp connection');
      const transport = new StreamableHTTPClientTransport(url, { requestInit: { headers }, fetch: wire.fetch });
      await client.connect(transport, { timeout: connectLimitMs });
      return { client, activeInstance: null };
    })();
    session = opening;
    opening.catch(() => {
      if (session === opening) session = undefined;
    });
    return opening;
  }

  function drop(): void {
    const dropped = session;
    session = undefined;
    if (dropped === undefined) return;
    const work = dropped.then(
      ({ client }) => client.close(),
      () => undefined,
    );
    closing.add(work);
    void work.catch(() => undefined).finally(() => closing.delete(work));
  }

  /** Runs one request in the session, with the reply watched; translates every way it can fail. */
  async function request<T>(
    send: (session: Session, signal: AbortSignal) => Promise<T>,
    signal: AbortSignal | undefined,
  ): Promise<{ readonly kind: 'answer'; readonly value: T } | Failure> {
    for (let attempt = 0; ; attempt += 1) {
      if (signal?.aborted === true)
        return { kind: 'server_gone', sent: false, message: 'Cancelled before it was sent.' };
      let current: Session;
      try {
        current = await (session ?? open());
      } catch (error) {
        return failureOfConnecting(error);
      }
      const outcome = await exchange(current, send, signal);
      if (outcome.kind !== 'session_unknown') return outcome;
      drop();
      if (attempt > 0) return { kind: 'server_gone', sent: false, message: outcome.message };
      logger.info('the Unity MCP server does not know this session any more; opening a new one');
    }
  }

  async function exchange<T>(
    current: Session,
    send: (session: Session, signal: AbortSignal) => Promise<T>,
    signal: AbortSignal | undefined,
  ): Promise<{ kind: 'answer'; value: T } | { kind: 'session_unknown'; message: string } | Failure> {
    const controller = new AbortController();
    const stop = (): void => controller.abort(signal?.reason);
    signal?.addEventListener('abort', stop, { once: true });
    let lost: 'ended' | 'broken' | 'too_large' | undefined;
    let timer: NodeJS.Timeout | undefined;
    const onEnd = (why: 'ended' | 'broken' | 'too_large'): void => {
      timer ??= setTimeout(
        () => {
          lost = why;
          controller.abort();
        },
        why === 'too_large' ? 0 : settleMs,
      );
    };
    try {
      const value = await wire.during({ onEnd }, () => send(current, controller.signal));
      return { kind: 'answer', value };
    } catch (error) {
      if (error instanceof SdkHttpError) {
        if (error.status === 404 || (error.status === 400 && /session/i.test(error.message))) {
          return { kind: 'session_unknown', message: error.message };
        }
        return failureOfHttp(error);
      }
      if (error instanceof ProtocolError) return failureOfProtocol(error);
      if (lost === 'too_large') {
        return { kind: 'may_have_run', reason: 'reply_unreadable', message: `Reply over ${maxReplyBytes} bytes.` };
      }
      if (lost !== undefined) {
        drop();
        return { kind: 'may_have_run', reason: 'reply_lost', message: 'The connection ended before the reply came.' };
      }
      if (signal?.aborted === true)
        return { kind: 'may_have_run', reason: 'aborted', message: 'Cancelled while it ran.' };
      if (error instanceof SdkError && error.code === SdkErrorCode.RequestTimeout) {
        return { kind: 'may_have_run', reason: 'timeout', message: error.message };
      }
      drop();
      return wasRefused(error)
        ? { kind: 'server_gone', sent: false, message: messageOf(error) }
        : { kind: 'server_gone', sent: true, message: messageOf(error) };
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', stop);
    }
  }

  return {
    async call(tool, args, { signal, instanceId, timeoutMs = timeLimitMs(tool) } = {}) {
      const argumentsWithInstance = instanceId == null ? { ...args } : { ...args, unity_instance: instanceId };
      const outcome = await request(
        ({ client }, callSignal) =>
          client.callTool({ name: tool, arguments: argumentsWithInstance }, { signal: callSignal, timeout: timeoutMs }),
        signal,
      );
      return outcome.kind === 'answer' ? toReply(outcome.value) : outcome;
    },

    async readResource(uri, { signal, instanceId, timeoutMs = 60_000 } = {}) {
      const outcome = await request(async (current, callSignal) => {
        if (instanceId != null && current.activeInstance !== instanceId) {
          const chosen = await current.client.callTool(
            { name: 'set_active_instance', arguments: { instance: instanceId } },
            { signal: callSignal, timeout: timeoutMs },
          );
          if (toReply(chosen).kind === 'reply') current.activeInstance = instanceId;
        }
        return await current.client.readResource(
          { uri },
          { signal: callSignal, timeout: timeoutMs, cacheMode: 'bypass' },
        );
      }, signal);
      if (outcome.kind !== 'answer') return outcome;
      const [content] = outcome.value.contents;
      return content !== undefined && 'text' in content
        ? toReplyOfText(content.text, null)
        : unreadable('no text in the resource');
    },

    ...looks,
    renewSession: drop,

    async close() {
      drop();
      await Promise.allSettled(closing);
    },
  };
}
