import type { BudgetScope } from '../../../shared/contracts/index.ts';
import { formatMicroUsd } from '../../../shared/domain/money.ts';
import type { Stop } from '../realtime/types.ts';
import type { Standing } from './budgets.ts';

const names: Readonly<Record<BudgetScope, string>> = { turn: 'this turn', session: 'this session', day: 'today' };

/** Why nothing more is asked of a model: what was spent, what is kept, what to do. Null while no budget is spent. */
export function stopOf(standings: readonly Standing[]): Stop | null {
  const reached = standings.filter(({ state }) => state === 'reached');
  if (reached.length === 0) return null;
  const spent = reached.map(
    ({ scope, spentMicroUsd, allowedMicroUsd }) =>
      `${formatMicroUsd(spentMicroUsd)} of ${formatMicroUsd(allowedMicroUsd)} for ${names[scope]}`,
  );
  const more = reached.map(({ scope, limitMicroUsd }) => {
    const until = scope === 'day' ? 'today, until 00:00 UTC' : names[scope];
    return `${formatMicroUsd(limitMicroUsd)} more for ${until}`;
  });
  return {
    code: 'budget_reached',
    message: `The budget is spent: ${and(spent)}. Everything said and done so far is kept. Go on to allow ${and(more)}, or change the budget.`,
    may: ['extend'],
  };
}

const and = (parts: readonly string[]): string =>
  parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
