export { makeCost } from './cost.ts';
export type { Cost } from './types.ts';
