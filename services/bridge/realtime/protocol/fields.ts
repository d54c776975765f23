import { z } from 'zod';

/** An id of the service: opaque, never empty. */
export const id = z.string().min(1);

/**
 * A field that the published types call optional and without which an event means nothing: typed as they type it, and
 * malformed when it is missing.
 */
export const needed = <T extends z.ZodType>(schema: T) =>
  schema.optional().transform((value, context): z.output<T> => {
    if (value !== undefined) return value;
    context.addIssue({ code: 'custom', message: 'is missing' });
    return z.NEVER;
  });
