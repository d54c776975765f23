import { z } from 'zod';
import { callIdSchema, microUsdSchema, sessionIdSchema } from '../ids.ts';

const count = z.int().nonnegative();

/** Tokens by modality. What a service did not split is text. `cached` is a part of `input`. */
export const tokenSumSchema = z.object({
  input: z.object({ text: count, audio: count, image: count }),
  cached: z.object({ text: count, audio: count, image: count }),
  output: z.object({ text: count, audio: count }),
});
export type TokenSum = z.infer<typeof tokenSumSchema>;

/** What some responses used and cost together. */
export const usageSumSchema = z.object({
  responses: count,
  /** Whole micro-dollars of the responses that have a price; null when there are responses and none has one. */
  costMicroUsd: microUsdSchema.nullable(),
  /** Responses whose model, or one of whose modalities, has no known price: their money is in no sum. */
  unpricedResponses: count,
  tokens: tokenSumSchema,
});
export type UsageSum = z.infer<typeof usageSumSchema>;

export const budgetScopeSchema = z.enum(['turn', 'session', 'day']);
export type BudgetScope = z.infer<typeof budgetScopeSchema>;

/** A budget that is set. `near` from 80 % on; `reached` from 100 % on: nothing more is asked of a model. */
export const budgetViewSchema = z.object({
  scope: budgetScopeSchema,
  spentMicroUsd: microUsdSchema,
  /** What may be spent: the budget, and what it was extended by. */
  allowedMicroUsd: microUsdSchema,
  /** The part of `allowedMicroUsd` that was added by `budget.extend`. */
  extendedMicroUsd: microUsdSchema,
  state: z.enum(['ok', 'near', 'reached']),
});
export type BudgetView = z.infer<typeof budgetViewSchema>;

/** What was used and spent, as the journal has it. */
export const usageViewSchema = z.object({
  sessionId: sessionIdSchema,
  /** Of the newest message that was sent; null before the first. */
  turn: usageSumSchema.extend({ messageId: z.string() }).nullable(),
  session: usageSumSchema,
  /** All sessions, whatever project, in this UTC day (YYYY-MM-DD). */
  day: usageSumSchema.extend({ date: z.iso.date() }),
  /** All sessions of this session's project, ever; null while no project is known. */
  project: usageSumSchema.extend({ name: z.string() }).nullable(),
  /** Of the session, the dearest first. */
  byModel: z.array(usageSumSchema.extend({ provider: z.string(), model: z.string() })),
  /** Calls of the session for which another model was asked. */
  calls: z.array(usageSumSchema.extend({ callId: callIdSchema })),
  budgets: z.array(budgetViewSchema),
});
export type UsageView = z.infer<typeof usageViewSchema>;
