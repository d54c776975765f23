export { analyticsErrorSchema } from './answers.ts';
export { scopeOf } from './queries.ts';
export type { RangeQuery, WindowsQuery } from './queries.ts';
export { analyticsBasePath, analyticsRoutes } from './routes.ts';
export type { AnalyticsAnswer, AnalyticsQuery, AnalyticsRoute, AnalyticsRouteName } from './routes.ts';
