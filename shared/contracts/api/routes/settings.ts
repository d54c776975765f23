import { z } from 'zod';
import { conversationSettingsPatchSchema, conversationSettingsSchema, modelPriceSchema } from '../../settings.ts';
import {
  configValuesSchema,
  configViewSchema,
  connectionTargets,
  connectionTestSchema,
  setupViewSchema,
} from '../setupViews.ts';
import { command, nothing, query } from './define.ts';

/** Settings of conversations, the configuration, and its first setup. */
export const settingsRoutes = {
  'settings.get': query(
    nothing,
    z.object({
      settings: conversationSettingsSchema,
      defaults: conversationSettingsSchema,
      /** `asOf` is the day (YYYY-MM-DD) on which the vendors' pages stated them. */
      builtInPrices: z.object({ asOf: z.iso.date(), models: z.record(z.string(), modelPriceSchema) }),
    }),
  ),
  /** Only the given fields change. */
  'settings.update': command(
    z.strictObject({ settings: conversationSettingsPatchSchema }),
    z.object({ settings: conversationSettingsSchema }),
  ),
  /** Every variable that the program reads: its value, where that is from and what it means. */
  'config.list': query(nothing, configViewSchema),
  /** What is wrong with the values, by variable; nothing is changed. Empty: all is well. */
  'config.check': query(
    z.strictObject({ values: configValuesSchema }),
    z.object({ problems: z.record(z.string(), z.string()) }),
  ),
  /** Keeps the values and opens the program with them. Refused as `busy` while something runs; all or none are kept. */
  'config.update': command(z.strictObject({ values: configValuesSchema }), configViewSchema),
  /** Connects once with the configuration and these values over it; nothing is kept. */
  'setup.test': query(
    z.strictObject({ target: z.enum(connectionTargets), values: configValuesSchema.default({}) }),
    connectionTestSchema,
  ),
  /** The guided setup was gone through or skipped: it does not open by itself any more. */
  'setup.finish': command(nothing, setupViewSchema),
  /** Stand-ins for Unity and the model in place of whatever is set up, until they are turned off or SPARK ends. */
  'setup.sandbox': command(z.strictObject({ on: z.boolean() }), setupViewSchema),
} as const;
