import { z } from 'zod';
import { timestampSchema, uuidSchema } from './ids.ts';

/** Longest rules of a project, in UTF-16 code units: they are read by the model with every request, and paid for. */
export const maxProjectRulesChars = 4_000;

/** The developer's own rules of one project, as they stand. Version 0: there never were any. */
export const projectRulesSchema = z.object({
  /** Null: the session has no project yet, so there is nothing to rule. */
  projectName: z.string().nullable(),
  version: z.int().nonnegative(),
  text: z.string(),
  createdAt: timestampSchema.nullable(),
  /** What is added to the model's instructions, word for word; empty when nothing is. */
  told: z.string(),
});
export type ProjectRules = z.infer<typeof projectRulesSchema>;

export const projectRulesVersionSchema = z.object({ version: z.int(), text: z.string(), createdAt: timestampSchema });
export type ProjectRulesVersion = z.infer<typeof projectRulesVersionSchema>;

export const promptNameSchema = z.string().trim().min(1).max(60);
export const promptTextSchema = z.string().trim().min(1).max(20_000);

/** A text that the developer keeps to say again; `/` in the composer offers it. */
export const savedPromptSchema = z.object({
  promptId: uuidSchema,
  name: z.string(),
  text: z.string(),
  /** The project that it is offered in; null: in every one. */
  projectName: z.string().nullable(),
  updatedAt: timestampSchema,
});
export type SavedPrompt = z.infer<typeof savedPromptSchema>;
