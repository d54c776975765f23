import { z } from 'zod';
import { retentionSchema } from '../../settings.ts';
import { dataViewSchema, removalSchema } from '../setupViews.ts';
import { command, nothing, query } from './define.ts';

/** The data folder. */
export const dataRoutes = {
  'data.get': query(nothing, dataViewSchema),
  /** What a retention would take away now; nothing is changed. */
  'data.preview_retention': query(z.strictObject({ retention: retentionSchema }), removalSchema),
  /** Takes away what the retention of the settings does not keep. It happens by itself every few hours too. */
  'data.apply_retention': command(nothing, removalSchema),
  /** Erases everything in the data folder. Refused as `unsent_events` while a server lacks some, unless `evenUnsent`. */
  'data.erase': command(z.strictObject({ evenUnsent: z.boolean().default(false) }), nothing),
} as const;
