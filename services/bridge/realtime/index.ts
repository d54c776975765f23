export { makeRealtimeEngine } from './engine.ts';
export type { RealtimeEngineOptions } from './engine.ts';
export { isNotice, makeNoticeId } from './notice.ts';
export { defaultPrices, priceUsage, pricesAsOf } from './pricing.ts';
export type { SessionLimits } from './sessionOptions.ts';
export { testRealtimeService } from './testService.ts';
