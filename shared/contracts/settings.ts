import { z } from 'zod';
import { effectSchema } from './events.ts';
import { timestampSchema, uuidSchema } from './ids.ts';

/** "Always allow" for one effect under one folder of one project, given by the developer, revocable. */
export const policyRuleSchema = z.object({
  ruleId: uuidSchema,
  effect: effectSchema,
  folder: z.string(),
  /** The Unity project it holds in; absent where that was not known. */
  projectName: z.string().optional(),
  createdAt: timestampSchema,
});
export type PolicyRule = z.infer<typeof policyRuleSchema>;

export const sonnetModeSchema = z.enum(['off', 'hybrid', 'on']);
export type SonnetMode = z.infer<typeof sonnetModeSchema>;

const usd = z.number().nonnegative();

/** USD per one million tokens, by modality. */
export const modelPriceSchema = z.object({
  textIn: usd,
  textCached: usd,
  /** Input that is written to the cache, where that has a price of its own. */
  textCacheWritten: usd.optional(),
  textOut: usd,
  audioIn: usd.optional(),
  audioCached: usd.optional(),
  audioOut: usd.optional(),
  imageIn: usd.optional(),
  imageCached: usd.optional(),
});
export type ModelPrice = z.infer<typeof modelPriceSchema>;

const microUsd = z.int().positive().nullable();
const days = z.int().min(1).max(3_650);

/** How long the journal keeps what can be large. Null is for ever. */
export const retentionSchema = z.object({
  frameDays: days,
  /** Of all frames together, in MB of 1,000,000 bytes; the oldest go first. */
  frameMegabytes: z.int().min(10).max(100_000),
  /** Since a session was last used; its messages, changes and frames go with it. */
  sessionDays: days.nullable(),
});
export type Retention = z.infer<typeof retentionSchema>;
const modelName = z.string().min(1).max(128);
const deviceId = z.string().max(256).nullable();

/** Each field once, without its default: what is kept has defaults, what is sent to change it has none. */
const fields = {
  whileBusy: z.enum(['interrupt', 'queue']),
  turn: { maxCalls: z.int().min(1).max(200), maxFailuresInRow: z.int().min(1).max(50) },
  budgets: { turnMicroUsd: microUsd, sessionMicroUsd: microUsd, dayMicroUsd: microUsd },
  reasoningEffort: z.enum(['minimal', 'low', 'medium', 'high', 'xhigh']).nullable(),
  sonnetMode: sonnetModeSchema.nullable(),
  preview: { auto: z.boolean() },
  retention: retentionSchema.shape,
  voice: {
    mode: z.enum(['off', 'push_to_talk', 'hands_free']),
    voice: z.string().min(1).max(64),
    inputDeviceId: deviceId,
    outputDeviceId: deviceId,
  },
};

/**
 * What the developer sets about conversations. Kept in the journal; a field that was never set has its default. The
 * environment's value is used where a field is null.
 */
export const conversationSettingsSchema = z.object({
  /** What a message does that is sent while the model answers. */
  whileBusy: fields.whileBusy.default('interrupt'),
  turn: z
    .object({
      maxCalls: fields.turn.maxCalls.default(25),
      maxFailuresInRow: fields.turn.maxFailuresInRow.default(5),
    })
    .prefault({}),
  /** Whole micro-dollars; null is no limit. A warning at 80 %, a stop at 100 %. A day is a UTC day. */
  budgets: z
    .object({
      turnMicroUsd: microUsd.default(null),
      sessionMicroUsd: microUsd.default(null),
      dayMicroUsd: microUsd.default(null),
    })
    .prefault({}),
  /** Prices of models that differ from the built-in table or are missing in it. */
  prices: z.record(modelName, modelPriceSchema).default({}),
  reasoningEffort: fields.reasoningEffort.default(null),
  sonnetMode: fields.sonnetMode.default(null),
  /** A frame of the game view after each change that compiled, unless the model takes one itself. */
  preview: z.object({ auto: fields.preview.auto.default(false) }).prefault({}),
  retention: z
    .object({
      frameDays: fields.retention.frameDays.default(30),
      frameMegabytes: fields.retention.frameMegabytes.default(2_000),
      sessionDays: fields.retention.sessionDays.default(null),
    })
    .prefault({}),
  voice: z
    .object({
      mode: fields.voice.mode.default('off'),
      voice: fields.voice.voice.default('marin'),
      /** Device ids as the browser names them; null is the system's choice. */
      inputDeviceId: deviceId.default(null),
      outputDeviceId: deviceId.default(null),
    })
    .prefault({}),
});
export type ConversationSettings = z.infer<typeof conversationSettingsSchema>;

/** What `settings.update` takes: only what changes. The price of a model is one value; null forgets it. */
export const conversationSettingsPatchSchema = z
  .strictObject({
    whileBusy: fields.whileBusy,
    turn: z.strictObject(fields.turn).partial(),
    budgets: z.strictObject(fields.budgets).partial(),
    prices: z.record(modelName, modelPriceSchema.nullable()),
    reasoningEffort: fields.reasoningEffort,
    sonnetMode: fields.sonnetMode,
    preview: z.strictObject(fields.preview).partial(),
    retention: z.strictObject(fields.retention).partial(),
    voice: z.strictObject(fields.voice).partial(),
  })
  .partial();
export type ConversationSettingsPatch = z.infer<typeof conversationSettingsPatchSchema>;
