import { z } from 'zod';
import { latencyBoundsMs } from '../../domain/latency.ts';
import { microUsdSchema, sessionIdSchema, timestampSchema } from '../ids.ts';

const count = z.int().nonnegative();
/** A UTC day, `2026-11-23`. */
const day = z.iso.date();
/** Read from the buckets of `shared/domain/latency.ts`, as everybody reads them. */
const latencyPercentile = z
  .number()
  .nonnegative()
  .nullable()
  .meta({
    description: `Upper bound of a fixed bucket, in milliseconds; ${latencyBoundsMs.at(-1)} also stands for all that is longer. Null without calls.`,
  });
const outcomes = { succeeded: count, failed: count, denied: count, cancelled: count };

/** The ranges that can be asked for, in days; the last one is today. */
export const insightRanges = [7, 30, 90] as const;
export type InsightRange = (typeof insightRanges)[number];

/** Whose figures: of the whole database, of this machine's journal, of one project by its name, or of one session. */
export const insightScopeSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('all') }),
  z.strictObject({ kind: z.literal('machine') }),
  z.strictObject({ kind: z.literal('project'), name: z.string().min(1).max(256) }),
  z.strictObject({ kind: z.literal('session'), sessionId: sessionIdSchema }),
]);
export type InsightScope = z.infer<typeof insightScopeSchema>;

/** What the database and the journal both tell; the same data makes the same figures in either. */
export const insightRowsSchema = z.object({
  /** Responses of models by day and model. */
  usage: z.array(
    z.object({
      day,
      provider: z.string(),
      model: z.string(),
      responses: count,
      inputTokens: count,
      cachedTokens: count,
      outputTokens: count,
      /** Of the responses that have a price. */
      costMicroUsd: microUsdSchema,
      unpricedResponses: count,
    }),
  ),
  /** Function calls by the day on which they ended. */
  calls: z.array(z.object({ day, ...outcomes })),
  /** Builds by the day on which they ended; a cancelled one is failed. */
  builds: z.array(z.object({ day, completed: count, failed: count })),
  functions: z.array(
    z.object({
      name: z.string(),
      ...outcomes,
      /**
       * Milliseconds from the request to the result of those that succeeded or failed, the wait for an approval included:
       * within which half of them ended, and 95 of 100.
       */
      medianMs: latencyPercentile,
      p95Ms: latencyPercentile,
      /** Of the models that were asked for such calls; the conversation itself belongs to no function. */
      costMicroUsd: microUsdSchema,
    }),
  ),
  errors: z.array(
    z.object({ kind: z.enum(['function_call', 'build']), name: z.string(), code: z.string(), errors: count }),
  ),
  events: z.array(z.object({ type: z.string(), events: count })),
  targets: z.array(
    z.object({
      target: z.string(),
      completed: count,
      failed: count,
      /** Of the completed ones, in milliseconds. */
      medianMs: z.number().nonnegative().nullable(),
      /** Size of the newest completed one. */
      lastSizeBytes: count.nullable(),
    }),
  ),
});
export type InsightRows = z.infer<typeof insightRowsSchema>;

export const insightTotalsSchema = z.object({
  /** Calls that ended. */
  calls: count,
  succeeded: count,
  failed: count,
  costMicroUsd: microUsdSchema,
  unpricedResponses: count,
  builds: count,
  failedBuilds: count,
});
export type InsightTotals = z.infer<typeof insightTotalsSchema>;

/** Where the figures are from, and how fresh they are. */
export const insightSourceSchema = z.discriminatedUnion('kind', [
  z.object({
    /** `analytics`: the API of `SLATE_ANALYTICS_URL`, which reads the replica. */
    kind: z.enum(['analytics', 'replica', 'primary']),
    /** How far a replica is behind; null when it is not known or the primary answered. */
    lagMs: z.number().nonnegative().nullable(),
    /** Events of this machine that are not sent yet. */
    queuedEvents: count,
    /** Days of the range whose events changed and which are shown as they were counted before. */
    waitingDays: count,
    /** Why the analytics API that is configured did not answer; null where it did, or none is. */
    analyticsAway: z.string().nullable(),
  }),
  z.object({
    kind: z.literal('journal'),
    why: z.enum(['chosen', 'no_database', 'database_away', 'analytics_away']),
    /** What was said by what is away; empty where nothing is. */
    detail: z.string(),
  }),
]);
export type InsightSource = z.infer<typeof insightSourceSchema>;

export const insightsViewSchema = insightRowsSchema.extend({
  source: insightSourceSchema,
  readAt: timestampSchema,
  /** First and last day, both counted. */
  from: day,
  to: day,
  totals: insightTotalsSchema,
  /** Of as many days before `from`. */
  before: insightTotalsSchema,
  /** Projects to choose from. */
  projects: z.array(z.string()),
});
export type InsightsView = z.infer<typeof insightsViewSchema>;

/** Days of a question: `first` to the day before `from` is the time to compare with, `from` to `to` the range itself. */
export interface InsightDays {
  readonly first: string;
  readonly from: string;
  readonly to: string;
}

/**
 * What a source reads for its answer, in any order: usage, calls and builds from `first` on, the rest from `from` on.
 * `costs` is by function.
 */
export interface InsightParts extends Omit<InsightRows, 'functions'> {
  readonly functions: readonly Omit<InsightRows['functions'][number], 'costMicroUsd'>[];
  readonly costs: readonly { readonly name: string; readonly costMicroUsd: number }[];
  readonly projects: readonly string[];
}
