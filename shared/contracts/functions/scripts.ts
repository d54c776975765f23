import { z } from 'zod';
import { sha256Schema, uuidSchema } from '../ids.ts';
import { assetPath } from './assetPath.ts';
import { compileResultSchema } from './compile.ts';

/** C# files: made, changed, read. */

export const generateUnityScriptArgs = z.object({
  prompt: z.string().min(1).max(8_000).describe('What the script must do, in the words of the developer'),
  name: z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_]*$/)
    .max(128)
    .describe('Class and file name without .cs, e.g. PlayerController'),
  path: z.string().max(512).optional().describe('Folder under Assets/ or a full .cs path; default Assets/Scripts'),
  contents: z.string().max(400_000).optional().describe('The complete C# file'),
});
const searchReplaceEdits = z
  .array(
    z.object({
      search: z.string().min(1).describe('Exact text in the file now; must occur once'),
      replace: z.string().describe('What stands there afterwards'),
    }),
  )
  .min(1)
  .max(50);
const unifiedDiff = z
  .string()
  .min(1)
  .max(400_000)
  .describe('Unified diff against the file as it is now; hunks are found by their context, not by line numbers');
const eitherEditsOrDiff = (value: { edits?: unknown; diff?: unknown }): boolean =>
  (value.edits === undefined) !== (value.diff === undefined);
export const patchOfFileSchema = z
  .object({ path: assetPath, edits: searchReplaceEdits.optional(), diff: unifiedDiff.optional() })
  .refine(eitherEditsOrDiff, 'give either edits or diff');
export type PatchOfFile = z.infer<typeof patchOfFileSchema>;
/** One file (`path` with `edits` or `diff`), several (`files`), or a `diff` alone that names its files. */
export const applyUnityPatchArgs = z
  .object({
    path: assetPath.optional(),
    edits: searchReplaceEdits.optional(),
    diff: unifiedDiff.optional().describe('Instead of edits: a unified diff; without path it may cover several files'),
    files: z
      .array(patchOfFileSchema)
      .min(1)
      .max(20)
      .optional()
      .describe('Several files as one change, all or none: each with path and either edits or diff'),
    reason: z.string().max(2_000).optional().describe('One sentence: why this change'),
  })
  .refine(
    (args) =>
      args.files === undefined
        ? eitherEditsOrDiff(args) && (args.path !== undefined || args.diff !== undefined)
        : args.path === undefined && args.edits === undefined && args.diff === undefined,
    'give path with edits, path with diff, a diff that names its files, or files',
  );
export const readUnityScriptArgs = z.object({
  path: assetPath,
  startLine: z.int().positive().optional(),
  endLine: z.int().positive().optional(),
});
const scriptResult = {
  path: z.string(),
  sha256: sha256Schema,
  /** Absent when nothing was changed. */
  changeId: uuidSchema.optional(),
  /** The file had this text already: nothing was asked, written or recorded. */
  unchanged: z.literal(true).optional(),
  lines: z.int().nonnegative(),
  compile: compileResultSchema,
};
export const generateUnityScriptResult = z.object({ success: z.literal(true), created: z.boolean(), ...scriptResult });
export const applyUnityPatchResult = z.object({
  success: z.literal(true),
  editsApplied: z.int(),
  ...scriptResult,
  /** Of a change to several files: each; the fields above are then those of the first. */
  files: z
    .array(
      z.object({
        path: z.string(),
        sha256: sha256Schema,
        changeId: uuidSchema,
        created: z.boolean(),
        lines: z.int().nonnegative(),
      }),
    )
    .optional(),
});
export const readUnityScriptResult = z.object({
  path: z.string(),
  sha256: sha256Schema,
  contents: z.string(),
  totalLines: z.int(),
  truncated: z.boolean(),
});
