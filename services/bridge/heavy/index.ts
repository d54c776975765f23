export { openWorkerThread } from './channel.ts';
export type { HeavyChannel, OpenHeavyChannel } from './channel.ts';
export { makeHeavyWork } from './heavyWork.ts';
export type { HeavyWork } from './heavyWork.ts';
export { serveHeavyTasks } from './serve.ts';
export type { HeavyAnswer, HeavyRequest } from './serve.ts';
