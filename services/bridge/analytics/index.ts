export { makeAnalyticsClient } from './client.ts';
export type { AnalyticsClient } from './client.ts';
