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
