import { z } from 'zod';
import { effectSchema } from './events.ts';
import { timestampSchema, uuidSchema } from './ids.ts';

/** "Always allow" for one effect under one folder of one project, given by the developer, revocable. */
export const policyRuleSchema = z.object({
  ruleId: uuidSchema,
  effect: effectSchema,
  folder: z.string(),
  createdAt: timestampSchema,
});
export type PolicyRule = z.infer<typeof policyRuleSchema>;

export const sonnetModeSchema = z.enum(['off', 'hybrid', 'on']);
export type SonnetMode = z.infer<typeof sonnetModeSchema>;

/** USD per one million tokens, by modality. */
export const modelPriceSchema = z.object({
  textIn: z.number(),
  textCached: z.number(),
  textOut: z.number(),
  audioIn: z.number().optional(),
  audioCached: z.number().optional(),
  audioOut: z.number().optional(),
  imageIn: z.number().optional(),
  imageCached: z.number().optional(),
});
export type ModelPrice = z.infer<typeof modelPriceSchema>;

const microUsdLimit = z.int().positive().nullable();

/**
 * What the developer sets about conversations. Kept in the journal; a field that was never set has its default. The
 * environment's value is used where a field is null.
 */
export const conversationSettingsSchema = z.object({
  /** What a message does that is sent while the model answers. */
  whileBusy: z.enum(['interrupt', 'queue']).default('interrupt'),
  turn: z
    .object({ maxCalls: z.int().min(1).max(200).default(25), maxFailuresInRow: z.int().min(1).max(50).default(5) })
    .prefault({}),
  /** Whole micro-dollars; null is no limit. A warning at 80 %, a stop at 100 %. A day is a UTC day. */
  budgets: z
    .object({
      turnMicroUsd: microUsdLimit.default(null),
      sessionMicroUsd: microUsdLimit.default(null),
      dayMicroUsd: microUsdLimit.default(null),
    })
    .prefault({}),
  /** Prices of models that differ from the built-in table or are missing in it. */
  prices: z.record(z.string().min(1).max(128), modelPriceSchema).default({}),
  reasoningEffort: z.enum(['minimal', 'low', 'medium', 'high', 'xhigh']).nullable().default(null),
  sonnetMode: sonnetModeSchema.nullable().default(null),
  voice: z
    .object({
      mode: z.enum(['off', 'push_to_talk', 'hands_free']).default('off'),
      voice: z.string().min(1).max(64).default('marin'),
      /** Device ids as the browser names them; null is the system's choice. */
      inputDeviceId: z.string().max(256).nullable().default(null),
      outputDeviceId: z.string().max(256).nullable().default(null),
    })
    .prefault({}),
});
export type ConversationSettings = z.infer<typeof conversationSettingsSchema>;
