import type { z } from 'zod';
import {
  alertsPageSchema,
  buildsPageSchema,
  callsPageSchema,
  errorsPageSchema,
  eventsPageSchema,
  functionsPageSchema,
  insightsAnswerSchema,
  targetsPageSchema,
  usagePageSchema,
  usageWindowsPageSchema,
  windowsPageSchema,
} from './answers.ts';
import { alertsQuerySchema, insightsQuerySchema, rangeQuerySchema, windowsQuerySchema } from './queries.ts';

/** What a client puts before every path; a proxy may serve it under another host. */
export const analyticsBasePath = '/api/analytics';

export interface AnalyticsRoute {
  readonly path: `/${string}`;
  readonly summary: string;
  readonly query: z.ZodType<Record<string, unknown>>;
  readonly answer: z.ZodType;
}

/** Every question of the read API, once: the server, its OpenAPI document and the app's client are made from it. */
export const analyticsRoutes = {
  insights: {
    path: '/insights',
    summary: "All figures of a range at one moment, with the time before it: what the window's Insights shows.",
    query: insightsQuerySchema,
    answer: insightsAnswerSchema,
  },
  usage: {
    path: '/usage',
    summary: 'Responses, tokens and cost by day and model; money is whole micro-dollars.',
    query: rangeQuerySchema,
    answer: usagePageSchema,
  },
  calls: {
    path: '/calls',
    summary: 'Function calls by the day on which they ended, by outcome.',
    query: rangeQuerySchema,
    answer: callsPageSchema,
  },
  functions: {
    path: '/functions',
    summary: 'Outcomes, median, 95th percentile and cost by function.',
    query: rangeQuerySchema,
    answer: functionsPageSchema,
  },
  errors: {
    path: '/errors',
    summary: 'Failures by function or build target and error code.',
    query: rangeQuerySchema,
    answer: errorsPageSchema,
  },
  events: {
    path: '/events',
    summary: 'Events by type.',
    query: rangeQuerySchema,
    answer: eventsPageSchema,
  },
  builds: {
    path: '/builds',
    summary: 'Builds by the day on which they ended.',
    query: rangeQuerySchema,
    answer: buildsPageSchema,
  },
  targets: {
    path: '/builds/targets',
    summary: 'Builds by target, with the median time and the newest size.',
    query: rangeQuerySchema,
    answer: targetsPageSchema,
  },
  windows: {
    path: '/windows',
    summary:
      'Events by type, and calls by function with outcomes and percentiles, per minute or hour as Flink counted.',
    query: windowsQuerySchema,
    answer: windowsPageSchema,
  },
  usageWindows: {
    path: '/windows/usage',
    summary: 'Tokens and cost by model and person, per minute or hour as Flink counted.',
    query: windowsQuerySchema,
    answer: usageWindowsPageSchema,
  },
  alerts: {
    path: '/alerts',
    summary: 'Alerts, newest first; each row tells whether it is open.',
    query: alertsQuerySchema,
    answer: alertsPageSchema,
  },
} as const satisfies Record<string, AnalyticsRoute>;

export type AnalyticsRouteName = keyof typeof analyticsRoutes;
export type AnalyticsQuery<N extends AnalyticsRouteName> = z.output<(typeof analyticsRoutes)[N]['query']>;
export type AnalyticsAnswer<N extends AnalyticsRouteName> = z.output<(typeof analyticsRoutes)[N]['answer']>;
