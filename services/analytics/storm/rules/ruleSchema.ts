import { z } from 'zod';
import { alertKinds } from '../../../../shared/contracts/index.ts';
import { latencyBoundsMs } from '../../../../shared/domain/latency.ts';

/**
 * What a rule file may say. No rule looks at another field than its own, so every mistake of a file is found in one
 * pass; an unknown field is a mistake, since it is nearly always a misspelt one.
 */
const unitsMs = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const longestMs = 7 * unitsMs.d;

/** `90s`, `5m`, `1h`, `1d`; parsed to milliseconds, 1 s to 7 d. */
const duration = z
  .string({ error: 'must be a time such as 90s, 5m, 1h or 1d' })
  .regex(/^[1-9]\d{0,6}[smhd]$/, { error: 'must be a time such as 90s, 5m, 1h or 1d' })
  .transform((text) => Number(text.slice(0, -1)) * unitsMs[text.slice(-1) as keyof typeof unitsMs])
  .refine((ms) => ms <= longestMs, { error: 'must not be longer than 7d' });
const count = z.int({ error: 'must be a whole number' }).min(1, { error: 'must be at least 1' }).max(1_000_000);
const factor = z
  .number({ error: 'must be a number' })
  .min(1, { error: 'must be at least 1' })
  .max(1_000, { error: 'must be at most 1000' });
const share = z
  .number({ error: 'must be a number above 0 and at most 1' })
  .gt(0, { error: 'must be above 0' })
  .max(1, { error: 'must be at most 1' });
const oneOf = <const T extends readonly [string, ...string[]]>(values: T) =>
  z.enum(values, { error: `must be one of ${values.join(', ')}` });

const common = {
  /** Part of the subject `alerts.spark.storm.<id>`. */
  id: z
    .string({ error: 'must be a text' })
    .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, { error: 'must be lower-case words joined with "-"' })
    .max(64),
  severity: oneOf(['info', 'warning', 'critical']),
  /** For a person: what it means and what to do. */
  summary: z.string({ error: 'must be a text' }).min(1, { error: 'must not be empty' }).max(500),
  /** An open alert clears below this share of its threshold, so that a value at the threshold does not flap. */
  clearAt: share.default(0.8),
};
/** The window that is judged, the time before it that is taken as usual, and how many calls make a figure. */
const moving = {
  per: oneOf(['all', 'function', 'user']),
  window: duration,
  baseline: duration,
  minCalls: count,
  factor,
};
const rule = <const K extends (typeof ruleKinds)[number], S extends z.ZodRawShape>(kind: K, shape: S) =>
  z.strictObject({ kind: z.literal(kind), ...common, ...shape }, { error: unknownFields });

const lastBoundMs = Math.max(...latencyBoundsMs);

/** The kinds of alerts that the window has words for. */
export const ruleKinds = alertKinds.storm;

const ruleSchema = z.discriminatedUnion(
  'kind',
  [
    rule('error_rate', { ...moving, minShare: share }),
    rule('latency', {
      ...moving,
      minMs: z
        .number({ error: 'must be a number' })
        .gt(0, { error: 'must be above 0' })
        // A percentile says no more than the last bound of the buckets: above it nothing would ever be raised.
        .max(lastBoundMs, { error: `must be at most ${lastBoundMs}` }),
    }),
    rule('builds_failed', { per: oneOf(['all', 'user', 'target']), inARow: count }),
    rule('budget', {
      per: oneOf(['all', 'user', 'model']),
      usdPerDay: z.number({ error: 'must be a number' }).gt(0, { error: 'must be above 0' }).max(1_000_000),
    }),
    rule('dead_letters', { window: duration, minGrowth: count }),
    rule('silent_consumer', { silentFor: duration, minLag: count }),
  ],
  { error: ({ code }) => (code === 'invalid_union' ? `must be one of ${ruleKinds.join(', ')}` : undefined) },
);

export const ruleFileSchema = z.strictObject(
  {
    version: z.literal(1, { error: 'must be 1, the only version there is' }),
    rules: z.array(ruleSchema, { error: 'must be a list of rules' }).min(1, { error: 'must not be empty' }),
  },
  { error: unknownFields },
);

function unknownFields(issue: { readonly code?: string; readonly keys?: readonly string[] }): string | undefined {
  return issue.code === 'unrecognized_keys' ? `has no field ${(issue.keys ?? []).join(', ')}` : 'must be a mapping';
}

export type Rule = z.output<typeof ruleSchema>;
export type RuleOf<K extends Rule['kind']> = Extract<Rule, { readonly kind: K }>;
