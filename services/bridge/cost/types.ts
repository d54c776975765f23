import type { BudgetScope, UsageView } from '../../../shared/contracts/index.ts';
import type { UsageOrigin } from '../journal/index.ts';
import type { Permission, ResponseUsage } from '../realtime/types.ts';

/** What it costs: kept, priced, summed, and held against the budgets. */
export interface Cost {
  /**
   * Keeps what one response of a model used, priced as the developer's prices and the built-in ones have it now, with its
   * event. A response that was counted already is not counted again. Without a message it belongs to its call's turn.
   */
  readonly keep: (
    sessionId: string,
    usage: ResponseUsage,
    origin: Pick<UsageOrigin, 'provider' | 'callId' | 'messageId'>,
  ) => void;
  /** Asked before every response of any model: a budget that is spent says no, in words for a person. */
  readonly mayContinue: (
    sessionId: string,
    of: { readonly messageId: string } | { readonly callId: string },
  ) => Permission;
  /** Throws AppError `not_found`. */
  readonly view: (sessionId: string) => UsageView;
  /** One more budget's worth for a scope that is spent; a second click changes nothing. Throws AppError. */
  readonly extend: (sessionId: string, scope: BudgetScope) => UsageView;
  readonly close: () => void;
}
