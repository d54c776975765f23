export { makePublisher } from './publisher.ts';
export type { PublisherOptions } from './publisher.ts';
export type { EventStream, Publisher, PublisherStatus } from './types.ts';
export { makeRefill } from './refill.ts';
