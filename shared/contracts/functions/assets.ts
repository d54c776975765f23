import { z } from 'zod';
import { uuidSchema } from '../ids.ts';
import { uasSchema, uasValueSchema } from '../uas.ts';
import { assetPath } from './assetPath.ts';
import { compileResultSchema } from './compile.ts';

/** Assets: searched, brought in, taken apart, deleted. */

export const ingestUnityAssetArgs = z
  .object({
    path: assetPath
      .optional()
      .describe('The asset; with source: where it shall go (a folder ends with /), default a folder for its type'),
    source: z
      .string()
      .min(1)
      .max(4_096)
      .optional()
      .describe('Absolute path of a file outside the project that the developer named; it is copied in and imported'),
  })
  .refine(({ path, source }) => path !== undefined || source !== undefined, 'give path, or source');
export const deconstructUnityAssetArgs = z.object({ path: assetPath });
export const searchUnityAssetsArgs = z.object({
  query: z.string().min(1).max(200),
  folder: z.string().max(512).default('Assets'),
  type: z.string().max(64).optional().describe('Unity type filter, e.g. Prefab, Material, MonoScript'),
});
export const deleteUnityAssetArgs = z.object({
  path: assetPath,
  reason: z.string().max(2_000).optional().describe('One sentence: why it can go'),
});
export const deleteUnityAssetResult = z.object({
  success: z.literal(true),
  path: z.string(),
  changeId: uuidSchema,
  /** Only when a script was deleted. */
  compile: compileResultSchema.optional(),
});
export const assetInfoSchema = z.object({
  path: z.string(),
  guid: z.string(),
  type: z.string(),
  name: z.string(),
  isFolder: z.boolean(),
  modifiedAt: z.string().optional(),
});
const assetLink = z.object({ path: z.string(), guid: z.string().optional() });
export const ingestUnityAssetResult = z.object({
  success: z.literal(true),
  asset: assetInfoSchema.extend({
    sizeBytes: z.int().nonnegative().optional(),
    importer: z.string().optional(),
    /** What it refers to; absent when its files cannot be read here. */
    dependencies: z.array(assetLink).optional(),
    /** Assets of the project that refer to it. */
    usedBy: z.array(z.string()).optional(),
    /** False when the project was too large to be looked through whole. */
    usedByComplete: z.boolean().optional(),
  }),
  /** The file that was copied in; absent when an asset was read. */
  source: z.string().optional(),
  /** Absent when nothing was copied. */
  changeId: uuidSchema.optional(),
  /** Copied, but not imported yet (its guid is then empty), and why. */
  warning: z.string().optional(),
});
const uasPlace = z.object({ path: z.string(), id: z.string() });
export const deconstructUnityAssetResult = z.object({
  success: z.literal(true),
  uas: uasSchema,
  /** Against the last time that this session took the asset apart; absent the first time. */
  sinceLastTime: z
    .object({
      added: z.array(uasPlace),
      removed: z.array(uasPlace),
      moved: z.array(z.object({ name: z.string(), from: z.string(), to: z.string() })),
      changed: z.array(
        z.object({
          path: z.string(),
          field: z.string(),
          before: uasValueSchema.optional(),
          after: uasValueSchema.optional(),
        }),
      ),
    })
    .optional(),
});
export const searchUnityAssetsResult = z.object({ total: z.int(), assets: z.array(assetInfoSchema) });
