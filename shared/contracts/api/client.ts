import type { ApiResult } from './frames.ts';
import type { PushedName, PushedPayload } from './pushed.ts';
import type { RouteInput, RouteName, RouteOutput } from './routes.ts';

/** How the connection to the bridge is; the window shows a banner when it is not `open`. */
export type ConnectionState = 'connecting' | 'open' | 'closed';

/**
 * What the renderer is given. It cannot tell whether IPC or a WebSocket carries it. `request` never rejects.
 */
export interface ApiClient {
  request<R extends RouteName>(route: R, input: RouteInput<R>): Promise<ApiResult<RouteOutput<R>>>;
  on<P extends PushedName>(name: P, listener: (payload: PushedPayload<P>) => void): () => void;
  readonly connection: {
    get(): ConnectionState;
    subscribe(listener: (state: ConnectionState) => void): () => void;
  };
}

/** What the preload exposes as `window.spark`: transport only, no types of routes, no Electron objects. */
export interface PreloadBridge {
  request(route: string, input: unknown): Promise<ApiResult<unknown>>;
  on(listener: (name: string, payload: unknown) => void): () => void;
}
