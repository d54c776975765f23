export { makeRealtimeEngine } from './engine.ts';
export type { RealtimeEngineOptions } from './engine.ts';
export { priceUsage } from './pricing.ts';
export type { SessionLimits } from './sessionOptions.ts';
