import { z } from 'zod';
import { insightRanges, insightScopeSchema, insightsViewSchema } from '../insightsViews.ts';
import { budgetScopeSchema, usageViewSchema } from '../usageViews.ts';
import { command, ofSession, query } from './define.ts';

/** What was used, and what it cost. */
export const usageRoutes = {
  'usage.get': query(ofSession, usageViewSchema),
  /**
   * Lets the scope spend one more budget's worth: the newest turn, the session, or the day until it ends (UTC). Refused as
   * `invalid_input` where there is no such budget. Nothing is asked again by this: `chat.retry` does that.
   */
  'budget.extend': command(ofSession.extend({ scope: budgetScopeSchema }), usageViewSchema),
  /** Figures of whole UTC days: from the database when there is one and it answers, else from this machine's journal. */
  'insights.get': query(z.strictObject({ days: z.literal(insightRanges), of: insightScopeSchema }), insightsViewSchema),
} as const;
