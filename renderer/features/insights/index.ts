export { InsightsScreen } from './InsightsScreen.tsx';
export { InsightsContext, makeInsights } from './insightsStore.ts';
