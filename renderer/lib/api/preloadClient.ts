import type { ApiClient, PreloadBridge } from '../../../shared/contracts/api/index.ts';
import { makePushHub, parseOutput } from './parse.ts';

/** The client over Electron IPC. The bridge lives in the same app, so the connection is open as long as the window is. */
export function createPreloadClient(bridge: PreloadBridge): ApiClient {
  const hub = makePushHub();
  bridge.on(hub.receive);
  return {
    request: async (route, input) => parseOutput(route, await bridge.request(route, input)),
    on: hub.on,
    connection: { get: () => 'open', subscribe: () => () => undefined },
  };
}
