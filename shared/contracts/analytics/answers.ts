import { z } from 'zod';
import { alertSchema } from '../alerts.ts';
import { insightRowsSchema } from '../api/insightsViews.ts';
import { microUsdSchema, timestampSchema } from '../ids.ts';

const count = z.int().nonnegative();
const day = z.iso.date();

/** Where an answer is from: always the replica. */
export const analyticsSourceSchema = z
  .object({
    server: z.literal('replica'),
    lagMs: z.number().nonnegative().meta({ description: "How far the replica's data was behind, in milliseconds." }),
    readAt: timestampSchema.meta({ description: 'When it was read; an answer may come from a short memory.' }),
  })
  .meta({ id: 'Source' });

const { usage, calls, builds, functions, errors, events, targets } = insightRowsSchema.shape;
const insightParts = z.object({
  usage,
  calls,
  builds,
  functions: z.array(functions.element.omit({ costMicroUsd: true })),
  costs: z.array(z.object({ name: z.string(), costMicroUsd: microUsdSchema })),
  errors,
  events,
  targets,
  projects: z.array(z.string()),
});

export const insightsAnswerSchema = z.object({
  parts: insightParts,
  /** Days whose events changed since they were counted and which are shown as they were. */
  waitingDays: count,
  source: analyticsSourceSchema,
});

/** Some rows of a list, and where the next ones begin. */
const pageOf = <T extends z.ZodType>(row: T) =>
  z.object({
    items: z.array(row),
    next: z.string().nullable().meta({ description: 'The cursor of the next page; null on the last one.' }),
    source: analyticsSourceSchema,
  });
/** The same of a range of days. */
const rangedPageOf = <T extends z.ZodType>(row: T) => pageOf(row).extend({ from: day, to: day, waitingDays: count });

export const usagePageSchema = rangedPageOf(usage.element.meta({ id: 'UsageOfDay' }));
export const callsPageSchema = rangedPageOf(calls.element.meta({ id: 'CallsOfDay' }));
export const errorsPageSchema = rangedPageOf(errors.element.meta({ id: 'Errors' }));
export const eventsPageSchema = rangedPageOf(events.element.meta({ id: 'Events' }));
export const buildsPageSchema = rangedPageOf(builds.element.meta({ id: 'BuildsOfDay' }));
export const targetsPageSchema = rangedPageOf(targets.element.meta({ id: 'BuildTarget' }));
export const functionsPageSchema = rangedPageOf(functions.element.meta({ id: 'Function' }));
const windowOf = { windowStart: timestampSchema, windowEnd: timestampSchema };
const ms = functions.element.shape.p95Ms;

export const windowsPageSchema = pageOf(
  z
    .object({
      ...windowOf,
      kind: z.enum(['event', 'function_call']),
      name: z.string().meta({ description: 'Type of the events, or function.' }),
      total: count,
      late: count.meta({ description: 'Of the total: came after their window was closed.' }),
      succeeded: count,
      failed: count,
      denied: count,
      cancelled: count,
      p50Ms: ms,
      p95Ms: ms,
    })
    .meta({ id: 'Window' }),
);
export const usageWindowsPageSchema = pageOf(
  z
    .object({
      ...windowOf,
      provider: z.string(),
      model: z.string(),
      userId: z.string().meta({ description: 'Empty where no person is configured.' }),
      responses: count,
      lateResponses: count,
      inputTokens: count,
      cachedTokens: count,
      outputTokens: count,
      costMicroUsd: microUsdSchema,
      unpricedResponses: count,
    })
    .meta({ id: 'UsageWindow' }),
);
export const alertsPageSchema = pageOf(alertSchema.meta({ id: 'Alert' }));

/** What every refusal says. */
export const analyticsErrorSchema = z
  .object({
    error: z.object({
      code: z.string(),
      message: z.string(),
      issues: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
    }),
  })
  .meta({ id: 'Error' });
