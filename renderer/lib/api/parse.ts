import {
  pushedSchemas,
  routes,
  type ApiResult,
  type PushedName,
  type PushedPayload,
  type RouteName,
  type RouteOutput,
} from '../../../shared/contracts/api/index.ts';
import { issuesOf } from '../../../shared/errors/index.ts';

/** Both transports check what arrives against the contracts, so that no store ever holds a shape it does not know. */

export function parseOutput<R extends RouteName>(route: R, result: ApiResult<unknown>): ApiResult<RouteOutput<R>> {
  if (!result.ok) return result;
  const parsed = routes[route].output.safeParse(result.output);
  if (parsed.success) return { ok: true, output: parsed.data as RouteOutput<R> };
  return {
    ok: false,
    error: {
      code: 'invalid_input',
      message: `The answer to ${route} has a shape that this window does not know. Nothing was changed here; reload the window.`,
      data: { issues: issuesOf(parsed.error) },
    },
  };
}

type Listener<P extends PushedName> = (payload: PushedPayload<P>) => void;

export interface PushHub {
  readonly on: <P extends PushedName>(name: P, listener: Listener<P>) => () => void;
  /** Checks a push and tells its listeners; an unknown name or shape is left out (a newer bridge, an older window). */
  readonly receive: (name: string, payload: unknown) => void;
}

const isPushedName = (name: string): name is PushedName => Object.hasOwn(pushedSchemas, name);

export function makePushHub(): PushHub {
  const listeners = new Map<PushedName, Set<(payload: never) => void>>();
  return {
    on(name, listener) {
      const set = listeners.get(name) ?? new Set();
      listeners.set(name, set);
      set.add(listener);
      return () => set.delete(listener);
    },
    receive(name, payload) {
      if (!isPushedName(name)) return;
      const parsed = pushedSchemas[name].safeParse(payload);
      if (!parsed.success) return;
      for (const listener of listeners.get(name) ?? []) listener(parsed.data as never);
    },
  };
}
