export { loadChart } from './loadChart.ts';
export { useColourScheme } from './useColourScheme.ts';
