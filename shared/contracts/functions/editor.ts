import { z } from 'zod';
import { uuidSchema } from '../ids.ts';
import { compileMessageSchema } from './compile.ts';

/** The editor itself: its state, console and tests; undo. */

export const readUnityConsoleArgs = z.object({
  types: z.array(z.enum(['error', 'warning', 'log'])).default(['error', 'warning']),
  count: z.int().min(1).max(200).default(50),
  sinceCallId: z
    .string()
    .min(1)
    .max(256)
    .optional()
    .describe('Only what came since this call began: its call id, or "last" for the newest write, build or test run'),
});
export const getUnityEditorStateArgs = z.object({});
export const runUnityTestsArgs = z.object({
  mode: z.enum(['EditMode', 'PlayMode']).default('EditMode'),
  testNames: z.array(z.string().min(1).max(512)).max(50).default([]).describe('Full names; empty runs all'),
  reason: z.string().max(2_000).optional(),
});
/** Called by the window's own button only. */
export const undoUnityChangeArgs = z.object({ changeId: uuidSchema });
export const runUnityTestsResult = z.object({
  success: z.literal(true),
  allPassed: z.boolean(),
  mode: z.enum(['EditMode', 'PlayMode']),
  total: z.int(),
  passed: z.int(),
  failed: z.int(),
  skipped: z.int(),
  durationMs: z.number(),
  failures: z.array(z.object({ name: z.string(), message: z.string(), stack: z.string() })),
  cut: z.string().optional(),
});
export const undoUnityChangeResult = z.object({
  success: z.literal(true),
  changeId: uuidSchema,
  undoesChangeId: uuidSchema,
  path: z.string(),
});
export const readUnityConsoleResult = z.object({
  messages: z.array(compileMessageSchema.extend({ severity: z.string() })),
  /** All messages came since this call began. */
  sinceCallId: z.string().optional(),
  /** Why older messages are among them, although only newer ones were asked for. */
  note: z.string().optional(),
});
export const getUnityEditorStateResult = z.object({
  state: z.string(),
  projectName: z.string().optional(),
  unityVersion: z.string().optional(),
  activeScene: z.string().optional(),
});
