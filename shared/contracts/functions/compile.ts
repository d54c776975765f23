import { z } from 'zod';

/** What Unity says of its scripts. */

export const compileMessageSchema = z.object({
  severity: z.enum(['error', 'warning']),
  /** C# compiler code such as CS1002, when the line carried one. */
  code: z.string().optional(),
  message: z.string(),
  file: z.string().optional(),
  line: z.int().nonnegative().optional(),
  column: z.int().nonnegative().optional(),
  /** Of a write's compile: true when it was not there before this change, false when it was. */
  caused: z.boolean().optional(),
});
export type CompileMessage = z.infer<typeof compileMessageSchema>;
export const compileResultSchema = z.object({
  /** `unknown`: Unity did not finish a compile that could be observed within the time limit. */
  status: z.enum(['ok', 'errors', 'unknown']),
  /** Those that the change caused come first. */
  errors: z.array(compileMessageSchema),
  /** By Unity's own timestamps where it told them, else the time waited for it. */
  durationMs: z.number().nonnegative(),
});
export type CompileResult = z.infer<typeof compileResultSchema>;
