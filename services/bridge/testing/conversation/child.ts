import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import {
  pushedSchemas,
  pushFrameSchema,
  responseFrameSchema,
  routes,
  type PushedName,
  type PushedPayload,
  type RouteInput,
  type RouteName,
  type RouteOutput,
} from '../../../../shared/contracts/index.ts';
import { AppError, errorCodes } from '../../../../shared/errors/index.ts';

/** A bridge in a process of its own, as a window sees it, that can be killed at any moment. */
export interface BridgeProcess {
  /** Rejects with the AppError that the route answered, or with `internal` when the process died first. */
  readonly request: <R extends RouteName>(route: R, input: RouteInput<R>) => Promise<RouteOutput<R>>;
  /** `atMs`: when the bridge pushed it, on the machine's monotonic clock. */
  readonly on: <P extends PushedName>(name: P, listener: (payload: PushedPayload<P>, atMs: number) => void) => void;
  /** SIGKILL; resolves when the process is gone and all that it had said has been read. */
  readonly kill: () => Promise<void>;
}

const entry = fileURLToPath(new URL('../bridgeChild.ts', import.meta.url));
const messageSchema = z.union([
  z.object({ kind: z.literal('ready') }),
  responseFrameSchema,
  pushFrameSchema.extend({ atMs: z.number() }),
]);
const codeSchema = z.enum(errorCodes).catch('internal');

/** Resolves when the bridge is open. Rejects when its process ends before. */
export async function startBridgeProcess(env: Readonly<Record<string, string>>): Promise<BridgeProcess> {
  const child: ChildProcess = fork(entry, { env: { PATH: process.execPath, ...env }, stdio: ['ignore', 2, 2, 'ipc'] });
  const gone = once(child, 'close');
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  const listeners = new Map<string, ((payload: unknown, atMs: number) => void)[]>();
  const ready = Promise.withResolvers<void>();
  let nextId = 0;

  child.on('message', (raw) => {
    const message = messageSchema.parse(raw);
    if (message.kind === 'ready') return ready.resolve();
    if (message.kind === 'push') {
      for (const listener of listeners.get(message.name) ?? []) listener(message.payload, message.atMs);
      return;
    }
    const request = waiting.get(message.id);
    waiting.delete(message.id);
    if (message.ok) request?.resolve(message.output);
    else request?.reject(new AppError(codeSchema.parse(message.error.code), message.error.message));
  });
  child.once('close', () => {
    const error = new AppError('internal', 'The bridge was killed before it answered.');
    ready.reject(error);
    for (const request of waiting.values()) request.reject(error);
    waiting.clear();
  });
  await ready.promise;

  return {
    async request(route, input) {
      const id = (nextId += 1);
      const answer = Promise.withResolvers<unknown>();
      waiting.set(id, answer);
      if (child.connected) child.send({ kind: 'request', id, route, input }, () => undefined);
      else answer.reject(new AppError('internal', 'The bridge is gone.'));
      // Parsed by the schema of this very route.
      return routes[route].output.parse(await answer.promise) as RouteOutput<typeof route>;
    },
    on(name, listener) {
      const inner = (payload: unknown, atMs: number): void =>
        // The schema is looked up by the same name that types the listener.
        listener(pushedSchemas[name].parse(payload) as PushedPayload<typeof name>, atMs);
      listeners.set(name, [...(listeners.get(name) ?? []), inner]);
    },
    async kill() {
      child.kill('SIGKILL');
      await gone;
    },
  };
}
