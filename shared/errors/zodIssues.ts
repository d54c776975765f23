import type { z } from 'zod';
import type { Issue } from './appError.ts';

/** Turns zod's issues into ours: one line per problem, path joined with dots. */
export function issuesOf(error: z.ZodError): Issue[] {
  return error.issues.map((issue) => ({ path: issue.path.map(String).join('.') || '(root)', message: issue.message }));
}
