import { z } from 'zod';
import { uuidSchema } from '../ids.ts';

/** Builds of the player. */

export const buildTargetSchema = z.enum([
  'windows64',
  'osx',
  'linux64',
  'android',
  'ios',
  'webgl',
  'uwp',
  'tvos',
  'visionos',
]);
export const runUnityBuildArgs = z.object({
  target: buildTargetSchema,
  development: z.boolean().default(false),
  outputPath: z
    .string()
    .max(512)
    .optional()
    .describe('Folder or file inside the project, e.g. Builds/Linux/Game.x86_64'),
});
export const getUnityBuildStatusArgs = z.object({});
const buildStatus = z.object({
  buildId: uuidSchema,
  target: buildTargetSchema,
  state: z.string(),
  phase: z.string(),
  elapsedMs: z.number(),
  usuallyMs: z.number().optional(),
  sizeBytes: z.number().optional(),
  outputPath: z.string().optional(),
  warnings: z.int(),
  errors: z.int(),
  reason: z.string().optional(),
});
export const getUnityBuildStatusResult = z.object({ running: buildStatus.nullable(), last: z.array(buildStatus) });
export const runUnityBuildResult = z.object({
  success: z.boolean(),
  buildId: uuidSchema,
  target: buildTargetSchema,
  /** `unknown`: Unity lost track of the build, and nothing proves how it ended. */
  result: z.enum(['succeeded', 'failed', 'cancelled', 'unknown']),
  outputPath: z.string().optional(),
  durationMs: z.number(),
  sizeBytes: z.number().optional(),
  warnings: z.int(),
  errors: z.int(),
  reason: z.string().optional(),
});
