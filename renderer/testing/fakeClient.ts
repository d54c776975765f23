import type {
  ApiClient,
  ApiResult,
  ConnectionState,
  PushedName,
  PushedPayload,
  RouteInput,
  RouteName,
  RouteOutput,
} from '../../shared/contracts/api/index.ts';

/** An ApiClient that answers from a table; for unit tests and the gallery. Never part of the product. */
export type FakeRoutes = {
  [R in RouteName]?: (input: RouteInput<R>) => ApiResult<RouteOutput<R>> | Promise<ApiResult<RouteOutput<R>>>;
};

export interface FakeClient extends ApiClient {
  readonly requests: { readonly route: RouteName; readonly input: unknown }[];
  push<P extends PushedName>(name: P, payload: PushedPayload<P>): void;
  setConnection(state: ConnectionState): void;
}

export const ok = <T>(output: T): ApiResult<T> => ({ ok: true, output });
export const failed = (code: string, message: string): ApiResult<never> => ({ ok: false, error: { code, message } });

export function makeFakeClient(routes: FakeRoutes, initial: ConnectionState = 'open'): FakeClient {
  const listeners = new Map<PushedName, Set<(payload: never) => void>>();
  const watchers = new Set<(state: ConnectionState) => void>();
  const requests: FakeClient['requests'] = [];
  let connection = initial;
  return {
    requests,
    async request<R extends RouteName>(route: R, input: RouteInput<R>): Promise<ApiResult<RouteOutput<R>>> {
      requests.push({ route, input });
      const answer = routes[route];
      if (answer === undefined) return failed('unknown_route', `${route} is not played here.`);
      return answer(input);
    },
    on(name, listener) {
      const set = listeners.get(name) ?? new Set();
      listeners.set(name, set);
      set.add(listener);
      return () => set.delete(listener);
    },
    connection: {
      get: () => connection,
      subscribe(listener) {
        watchers.add(listener);
        return () => watchers.delete(listener);
      },
    },
    push(name, payload) {
      for (const listener of listeners.get(name) ?? []) listener(payload as never);
    },
    setConnection(state) {
      connection = state;
      for (const watcher of watchers) watcher(state);
    },
  };
}
