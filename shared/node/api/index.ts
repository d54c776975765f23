export { makeDispatcher } from './dispatchRequest.ts';
export type { DispatchRequest } from './dispatchRequest.ts';
