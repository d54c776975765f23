export { createPreloadClient } from './preloadClient.ts';
export { createSocketClient, exchangeToken } from './socketClient.ts';
export type { SocketLike } from './socketClient.ts';
export { ApiContext, useConnection } from './apiContext.ts';
