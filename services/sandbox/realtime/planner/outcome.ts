import { z } from 'zod';

const compileError = z.looseObject({
  code: z.string().optional(),
  message: z.string(),
  line: z.number().optional(),
});

/** What the planner reads from a function's output; the bridge's fields, each optional, for it must survive any output. */
const outputSchema = z.looseObject({
  success: z.boolean().optional(),
  error: z
    .looseObject({
      code: z.string().optional(),
      message: z.string().optional(),
      data: z.looseObject({ reason: z.string().optional() }).optional(),
    })
    .optional(),
  path: z.string().optional(),
  sha256: z.string().optional(),
  contents: z.string().optional(),
  truncated: z.boolean().optional(),
  created: z.boolean().optional(),
  unchanged: z.boolean().optional(),
  lines: z.number().optional(),
  compile: z.looseObject({ status: z.string(), errors: z.array(compileError).default([]) }).optional(),
});
export type OutputFields = z.infer<typeof outputSchema>;

export type Outcome =
  | { readonly kind: 'ok'; readonly fields: OutputFields }
  | { readonly kind: 'denied'; readonly reason: string }
  | { readonly kind: 'failed'; readonly code: string; readonly message: string };

/** Reads one function output; text that is no JSON object counts as a failure with that text as its message. */
export function readOutcome(output: string): Outcome {
  let raw: unknown;
  try {
    raw = JSON.parse(output);
  } catch {
    return { kind: 'failed', code: 'unknown', message: output };
  }
  const parsed = outputSchema.safeParse(raw);
  if (!parsed.success) return { kind: 'failed', code: 'unknown', message: output };
  const { error } = parsed.data;
  if (error === undefined) return { kind: 'ok', fields: parsed.data };
  const code = error.code ?? 'unknown';
  // The developer's own words; a function that is switched off has none, and its message says so.
  if (code === 'denied') return { kind: 'denied', reason: error.data?.reason ?? error.message ?? '' };
  return { kind: 'failed', code, message: error.message ?? code };
}
