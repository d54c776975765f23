import type { BudgetScope, BudgetView, ConversationSettings } from '../../../shared/contracts/index.ts';
import type { JournalTables } from '../journal/index.ts';

/** A budget that is set, how much of it is spent, and the name under which it is extended. */
export interface Standing extends BudgetView {
  readonly key: string;
  readonly limitMicroUsd: number;
}

type Parts = Pick<JournalTables, 'usage' | 'budgetExtensions'>;

/** The budgets that hold for one turn of a session; those that are not set are left out. */
export function standingsOf(
  journal: Parts,
  budgets: ConversationSettings['budgets'],
  of: { readonly sessionId: string; readonly messageId: string | null; readonly day: string },
): Standing[] {
  const { sessionId, messageId, day } = of;
  const standing = (
    scope: BudgetScope,
    key: string,
    limitMicroUsd: number,
    part: Parameters<Parts['usage']['costOf']>[0],
  ): Standing => {
    const spentMicroUsd = journal.usage.costOf(part);
    const extendedMicroUsd = journal.budgetExtensions.get(scope, key);
    const allowedMicroUsd = limitMicroUsd + extendedMicroUsd;
    const state = stateOf(spentMicroUsd, allowedMicroUsd);
    return { scope, key, limitMicroUsd, spentMicroUsd, allowedMicroUsd, extendedMicroUsd, state };
  };
  const { turnMicroUsd, sessionMicroUsd, dayMicroUsd } = budgets;
  return [
    ...(turnMicroUsd === null || messageId === null
      ? []
      : [standing('turn', `${sessionId}/${messageId}`, turnMicroUsd, { sessionId, messageId })]),
    ...(sessionMicroUsd === null ? [] : [standing('session', sessionId, sessionMicroUsd, { sessionId })]),
    ...(dayMicroUsd === null ? [] : [standing('day', day, dayMicroUsd, { day })]),
  ];
}

/** Near from 80 % on; reached when it is spent to the last micro-dollar. */
function stateOf(spent: number, allowed: number): BudgetView['state'] {
  if (spent >= allowed) return 'reached';
  return spent * 10 >= allowed * 8 ? 'near' : 'ok';
}

/** What the extension has to be so that one more budget may be spent from here, however far the last response went over. */
export const extensionFor = ({ limitMicroUsd, spentMicroUsd, extendedMicroUsd }: Standing): number =>
  Math.max(extendedMicroUsd, spentMicroUsd - limitMicroUsd) + limitMicroUsd;
