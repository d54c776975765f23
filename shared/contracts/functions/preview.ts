import { z } from 'zod';
import { uuidSchema } from '../ids.ts';

/** Pictures of the game and the scene. */

/** `multi_view` is a contact sheet: the scene from six sides. */
export const captureSourceSchema = z.enum(['game_view', 'scene_view', 'multi_view']);
export type CaptureSource = z.infer<typeof captureSourceSchema>;
export const renderUnityPreviewArgs = z.object({
  source: captureSourceSchema.default('game_view').describe('multi_view: the scene from six sides on one sheet'),
  camera: z.string().max(256).optional().describe('Name of the camera; default is the main camera'),
  maxResolution: z.int().min(64).max(2048).default(1024).describe('Longest edge in pixels'),
});
export const renderUnityPreviewResult = z.object({
  success: z.literal(true),
  frameId: uuidSchema,
  width: z.int(),
  height: z.int(),
  blank: z.boolean(),
  /** Byte-equal to the frame of the same view before it. */
  unchanged: z.boolean(),
  /** What is odd about the picture, in words: blank, another size than asked for. */
  notes: z.array(z.string()).optional(),
});
