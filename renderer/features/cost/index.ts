export { BudgetWarnings } from './BudgetWarnings.tsx';
export { CallCost } from './CallCost.tsx';
export { CostButton } from './CostButton.tsx';
export { CostContext, makeCost } from './costStore.ts';
