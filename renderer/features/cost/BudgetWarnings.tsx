import { Button } from '../../components/Button.tsx';
import { Notice } from '../../components/Notice.tsx';
import { formatCost } from '../../lib/format.ts';
import { showSettings, WindowContext } from '../../lib/windowStore.ts';
import { CostContext, warningOf } from './costStore.ts';
import { scopeNames } from './words.ts';

/** Budgets that are nearly spent, each told once until it is put away. What is spent, the stopped turn tells. */
export function BudgetWarnings() {
  const usage = CostContext.use((state) => state.usage);
  const dismissed = CostContext.use((state) => state.dismissed);
  const { dismiss } = CostContext.useHandle();
  const { store } = WindowContext.useHandle();
  if (usage === null) return null;
  return usage.budgets
    .filter((budget) => budget.state === 'near' && !dismissed.has(warningOf(usage, budget)))
    .map((budget) => (
      <Notice
        key={budget.scope}
        tone="warn"
        actions={
          <>
            <Button onClick={() => showSettings(store, 'budgets')}>Change the budget</Button>
            <Button tone="quiet" onClick={() => dismiss(warningOf(usage, budget))}>
              Dismiss
            </Button>
          </>
        }
      >
        <strong>{scopeNames[budget.scope]}:</strong> {formatCost(budget.spentMicroUsd)} of{' '}
        {formatCost(budget.allowedMicroUsd)} is spent. SPARK stops before the next answer when all of it is.
      </Notice>
    ));
}
