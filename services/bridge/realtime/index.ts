export { defaultLimits, makeRealtimeEngine } from './engine.ts';
export type { RealtimeEngineOptions } from './engine.ts';
export { defaultPrices, pricesReadOn, pricesSource, priceUsage } from './pricing.ts';
export type { SessionLimits } from './session.ts';
