import type { BudgetScope, TokenSum, UsageSum } from '../../../shared/contracts/api/index.ts';
import { countOf, formatCost } from '../../lib/format.ts';

export const scopeNames: Readonly<Record<BudgetScope, string>> = {
  turn: 'This turn',
  session: 'This session',
  day: 'Today',
};

/** `$0.0123`; never a price where none is known. */
export const costText = ({ costMicroUsd }: UsageSum): string =>
  costMicroUsd === null ? 'no price known' : formatCost(costMicroUsd);

export const totalOf = ({ input, output }: TokenSum): number =>
  input.text + input.audio + input.image + output.text + output.audio;

/** What is missing in an amount; empty when nothing is. */
export const missingText = ({ costMicroUsd, unpricedResponses }: UsageSum): string =>
  costMicroUsd === null || unpricedResponses === 0
    ? ''
    : `without ${countOf(unpricedResponses, 'response')} that ${unpricedResponses === 1 ? 'has' : 'have'} no known price`;

/** A whole percent; a part that is small is not nothing. */
export function percentText(part: number, whole: number): string {
  if (whole === 0 || part === 0) return '0 %';
  const percent = (part / whole) * 100;
  return percent < 1 ? '<1 %' : `${Math.floor(percent)} %`;
}
