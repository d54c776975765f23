import { z } from 'zod';
import type { InsightScope } from '../api/insightsViews.ts';
import { sessionIdSchema } from '../ids.ts';

/** Days of one question, the time to compare with included. */
const maxAnalyticsDays = 400;
const dayMs = 86_400_000;

const day = z.iso.date();
const scope = {
  project: z.string().min(1).max(256).optional().meta({ description: "One project's figures, by its name." }),
  session: sessionIdSchema.optional().meta({ description: "One session's figures." }),
};
const paging = {
  limit: z.coerce
    .number<string>()
    .pipe(z.int().min(1).max(1_000))
    .default(200)
    .meta({ description: 'Rows of a page, 200 when not given.' }),
  cursor: z.string().max(1_024).optional().meta({ description: '`next` of the page before.' }),
};

interface Days {
  readonly from: string;
  readonly to: string;
  readonly project?: string | undefined;
  readonly session?: string | undefined;
}

function check({ from, to, project, session }: Days, context: z.RefinementCtx): void {
  const days = (Date.parse(to) - Date.parse(from)) / dayMs + 1;
  if (days < 1) context.addIssue({ code: 'custom', path: ['to'], message: 'is before the first day' });
  if (days > maxAnalyticsDays) {
    context.addIssue({ code: 'custom', path: ['to'], message: `makes more than ${maxAnalyticsDays} days` });
  }
  if (project !== undefined && session !== undefined) {
    context.addIssue({ code: 'custom', path: ['session'], message: 'cannot be asked for together with a project' });
  }
}

const from = day.meta({ description: 'First UTC day.' });
const to = day.meta({ description: 'Last UTC day, counted as well.' });

/** `first` is the first day of the time to compare with. */
export const insightsQuerySchema = z
  .strictObject({ first: day.meta({ description: 'First UTC day of the time to compare with.' }), from, to, ...scope })
  .superRefine((query, context) => {
    check({ ...query, from: query.first }, context);
    if (query.from < query.first || query.from > query.to) {
      context.addIssue({ code: 'custom', path: ['from'], message: 'is not between the first and the last day' });
    }
  });

export const rangeQuerySchema = z.strictObject({ from, to, ...scope, ...paging }).superRefine(check);
export type RangeQuery = z.infer<typeof rangeQuerySchema>;

/** Windows of one question by their length: two days of minutes, the days of every other question of hours. */
const maxWindowMs = { minute: 2 * dayMs, hour: maxAnalyticsDays * dayMs } as const;
const moment = z.iso.datetime();

export const windowsQuerySchema = z
  .strictObject({
    grain: z.enum(['minute', 'hour']).default('hour').meta({ description: 'Length of the windows.' }),
    from: moment.meta({ description: 'Windows that begin then or later.' }),
    before: moment.meta({ description: 'Windows that begin earlier than this.' }),
    ...paging,
  })
  .superRefine(({ grain, from: first, before }, context) => {
    const rangeMs = Date.parse(before) - Date.parse(first);
    if (rangeMs <= 0) context.addIssue({ code: 'custom', path: ['before'], message: 'is not later than the first' });
    if (rangeMs > maxWindowMs[grain]) {
      const message = `is more than ${maxWindowMs[grain] / dayMs} days later`;
      context.addIssue({ code: 'custom', path: ['before'], message });
    }
  });
export type WindowsQuery = z.infer<typeof windowsQuerySchema>;

export const alertsQuerySchema = z.strictObject({
  state: z.enum(['raised', 'cleared']).optional().meta({ description: 'Only open ones, or only those that are over.' }),
  ...paging,
});

/** Whose figures a question is about. */
export function scopeOf({ project, session }: Pick<Days, 'project' | 'session'>): InsightScope {
  if (project !== undefined) return { kind: 'project', name: project };
  return session === undefined ? { kind: 'all' } : { kind: 'session', sessionId: session };
}
