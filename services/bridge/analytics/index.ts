export { makeAnalyticsClient } from './client.ts';
export type { AnalyticsClient } from './client.ts';
export { watchAnalytics } from './watch.ts';
export type { AnalyticsStatus } from './watch.ts';
