export { createPreloadClient } from './preloadClient.ts';
export { createSocketClient, exchangeToken } from './socketClient.ts';
export type { SocketLike } from './socketClient.ts';
export { ApiContext, useApi, useConnection } from './apiContext.ts';
