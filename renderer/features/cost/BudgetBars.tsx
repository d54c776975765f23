import type { BudgetView } from '../../../shared/contracts/api/index.ts';
import { formatCost } from '../../lib/format.ts';
import { percentText, scopeNames } from './words.ts';
import styles from './Cost.module.css';

const words = { ok: '', near: 'nearly spent', reached: 'spent' } as const;

/** How much of each budget is spent. Nothing where none is set. */
export function BudgetBars({ budgets }: { readonly budgets: readonly BudgetView[] }) {
  if (budgets.length === 0) return null;
  return (
    <section aria-label="Budgets" className={styles.budgets}>
      {budgets.map(({ scope, spentMicroUsd, allowedMicroUsd, extendedMicroUsd, state }) => (
        <div key={scope} data-testid={`budget-${scope}`} data-state={state}>
          <div className={styles.budgetHead}>
            <span>
              {scopeNames[scope]} {words[state] === '' ? null : <strong>{words[state]}</strong>}
            </span>
            <span className={styles.money}>
              {formatCost(spentMicroUsd)} of {formatCost(allowedMicroUsd)}
            </span>
          </div>
          <meter
            className={styles.bar}
            data-state={state}
            min={0}
            max={allowedMicroUsd}
            value={Math.min(spentMicroUsd, allowedMicroUsd)}
            aria-label={`${scopeNames[scope]}: ${percentText(spentMicroUsd, allowedMicroUsd)} of the budget`}
          />
          {extendedMicroUsd === 0 ? null : (
            <p className={styles.hint}>{formatCost(extendedMicroUsd)} of it you allowed beyond the budget.</p>
          )}
        </div>
      ))}
    </section>
  );
}
