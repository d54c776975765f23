import type { z } from 'zod';
import { AppError, DependencyError, issuesOf } from '../../../shared/errors/index.ts';
import { waitMs } from '../../../shared/node/lifecycle/index.ts';
import type { UnityClient } from './client.ts';
import type { Editor } from './editor.ts';
import { toUnityError, type Failure } from './failures.ts';
import type { Queue, QueueKind } from './queue.ts';
import type { CallResult, Reply } from './translate.ts';

/**
 * Calls to the pinned editor: through the queue, with the instance named. What was surely not sent is sent again until
 * the time for it is over; a read whose reply was lost is read again. A write is sent once per `attempt`: the ledger
 * decides about the rest.
 */
export interface UnityCalls {
  /** Rejects with the AppError of the failure; `data` of the body is parsed by `schema`. */
  readonly read: <T extends z.ZodType>(
    tool: string,
    args: Arguments,
    schema: T,
    signal: AbortSignal,
    kind?: 'read' | 'look',
  ) => Promise<z.output<T>>;
  /** Like `read`, with the whole reply, for images and pending bodies. */
  readonly readReply: (tool: string, args: Arguments, signal: AbortSignal) => Promise<Reply>;
  readonly readResource: <T extends z.ZodType>(uri: string, schema: T, signal: AbortSignal) => Promise<z.output<T>>;
  /** Sends until it was sent; returns what came of it, a lost reply included. Rejects only when nothing was sent. */
  readonly attempt: (tool: string, args: Arguments, signal: AbortSignal, guard?: SendGuard) => Promise<CallResult>;
}
type Arguments = Readonly<Record<string, unknown>>;

/**
 * Looks once more immediately before a call is sent, each time that it is sent, with nothing in between: it has the turn
 * of the call itself. Resolves with undefined when the call may go; with what came instead, or rejects, when it may not:
 * then nothing was sent. It must ask the editor by `ask` only, because the queue waits for this very turn to end.
 */
export type SendGuard = (ask: (tool: string, args: Arguments) => Promise<CallResult>) => Promise<Failure | undefined>;

/** A domain reload takes up to half a minute in large projects. */
const resendForMs = 45_000;
const rereadTimes = 2;

export function makeUnityCalls(deps: {
  readonly client: Pick<UnityClient, 'call' | 'readResource'>;
  readonly queue: Queue;
  readonly editor: Pick<Editor, 'requireInstance' | 'refresh'>;
  readonly clock: { readonly now: () => number };
  /** Throws `unity_select_instance` when the instance is not the project that the call's session works in. */
  readonly requireProject?: ((instanceId: string) => void) | undefined;
}): UnityCalls {
  const { client, queue, editor, clock } = deps;

  /** Repeats `send` while its failures say that nothing was sent. */
  async function untilSent(
    send: (instanceId: string) => Promise<CallResult>,
    describe: { readonly tool: string; readonly write: boolean },
    signal: AbortSignal,
    kind: QueueKind,
  ): Promise<CallResult> {
    const deadline = clock.now() + resendForMs;
    for (;;) {
      const instanceId = await editor.requireInstance(signal);
      throwIfCancelled(signal);
      deps.requireProject?.(instanceId);
      const result = await queue.run(() => send(instanceId), signal, kind);
      if (result.kind === 'server_gone' && !result.sent) {
        throwIfCancelled(signal);
        await editor.refresh();
        throw toUnityError(result, describe);
      }
      if (result.kind !== 'not_sent' && result.kind !== 'busy') return result;
      throwIfCancelled(signal);
      if (clock.now() + result.retryAfterMs > deadline) throw toUnityError(result, describe);
      await waitMs(result.retryAfterMs, signal);
      await editor.refresh();
    }
  }

  async function untilRead(
    send: (instanceId: string) => Promise<CallResult>,
    tool: string,
    signal: AbortSignal,
    kind: QueueKind = 'read',
  ): Promise<Reply> {
    for (let reread = 0; ; reread += 1) {
      const result = await untilSent(send, { tool, write: false }, signal, kind);
      if (result.kind === 'reply') return result;
      throwIfCancelled(signal);
      if (reread >= rereadTimes || !isLost(result)) throw toUnityError(result, { tool, write: false });
    }
  }

  return {
    async read(tool, args, schema, signal, kind) {
      const reply = await untilRead(
        (instanceId) => client.call(tool, args, { signal, instanceId }),
        tool,
        signal,
        kind,
      );
      return parseData(schema, reply, tool);
    },
    readReply: (tool, args, signal) =>
      untilRead((instanceId) => client.call(tool, args, { signal, instanceId }), tool, signal),
    async readResource(uri, schema, signal) {
      const reply = await untilRead((instanceId) => client.readResource(uri, { signal, instanceId }), uri, signal);
      return parseData(schema, reply, uri);
    },
    attempt: (tool, args, signal, guard) =>
      untilSent(
        async (instanceId) => {
          const instead = await guard?.((asked, its) => client.call(asked, its, { signal, instanceId }));
          if (instead !== undefined) return unsent(instead);
          throwIfCancelled(signal);
          return await client.call(tool, args, { signal, instanceId });
        },
        { tool, write: true },
        signal,
        asksOnly(args) ? 'read' : 'write',
      ),
  };
}

/** A job that is followed is asked for with the tool that starts it. */
const asksOnly = (args: Arguments): boolean => args['action'] === 'status';

/** Parses a body's `data`; a reply of another form means another server version. */
export function parseData<T extends z.ZodType>(schema: T, reply: Reply, tool: string): z.output<T> {
  const parsed = schema.safeParse(reply.body.data);
  if (parsed.success) return parsed.data;
  throw new DependencyError(
    'unity_failed',
    `The reply of ${tool} does not have the expected form: is the server MCP for Unity 10.x?`,
    { retryable: false, data: { tool, issues: issuesOf(parsed.error) } },
  );
}

export function throwIfCancelled(signal: AbortSignal): void {
  if (signal.aborted) throw new AppError('cancelled', 'Cancelled.', { cause: signal.reason });
}

/** What went wrong with a guard's question is no news of the call that it guards: that one was not sent. */
function unsent(failure: Failure): Failure {
  const { message } = failure;
  if (failure.kind === 'server_gone') return { kind: 'server_gone', sent: false, message };
  if (failure.kind === 'may_have_run') return { kind: 'busy', reason: 'not_answering', message, retryAfterMs: 500 };
  return failure;
}

const isLost = (failure: Failure): boolean =>
  (failure.kind === 'may_have_run' && failure.reason === 'disconnected') ||
  (failure.kind === 'may_have_run' && failure.reason === 'reply_lost') ||
  failure.kind === 'server_gone';
