import type { InsightsView } from '../../shared/contracts/api/index.ts';
import type { GalleryState } from './galleryState.ts';
import { sampleSnapshot } from './samples.ts';

/** Figures of 30 days: full, quiet, none, very long names, of the journal, loading, failing, offline. */
const lastDay = Date.UTC(2026, 10, 23);
const daysBack = (back: number): string => new Date(lastDay - back * 86_400_000).toISOString().slice(0, 10);
/** The same numbers each time, and no two days alike; Saturdays and Sundays are quiet. */
const share = (day: number, salt: number): number => {
  const weekday = new Date(lastDay - day * 86_400_000).getUTCDay();
  const wave = (Math.sin(day * 12.9898 + salt * 78.233) + 1) / 2;
  return weekday === 0 || weekday === 6 ? wave * 0.1 : 0.35 + wave * 0.65;
};
const days = Array.from({ length: 30 }, (_, index) => 29 - index);
const models = [
  ['openai', 'gpt-realtime-2.1', 1_900_000],
  ['anthropic', 'claude-sonnet-5-5', 1_150_000],
  ['openai', 'gpt-realtime-2.1-mini', 260_000],
] as const;

const usage: InsightsView['usage'] = days.flatMap((day) =>
  models.map(([provider, model, most], salt) => ({
    day: daysBack(day),
    provider,
    model,
    responses: Math.round(share(day, salt) * 60),
    inputTokens: Math.round(share(day, salt) * 240_000),
    cachedTokens: Math.round(share(day, salt) * 160_000),
    outputTokens: Math.round(share(day, salt) * 30_000),
    costMicroUsd: Math.round(share(day, salt) * most),
    unpricedResponses: 0,
  })),
);
const calls: InsightsView['calls'] = days.map((day) => ({
  day: daysBack(day),
  succeeded: Math.round(share(day, 5) * 92),
  failed: Math.round(share(day, 6) * 7),
  denied: Math.round(share(day, 7) * 5),
  cancelled: Math.round(share(day, 8) * 3),
}));
const builds: InsightsView['builds'] = days.map((day) => ({
  day: daysBack(day),
  completed: Math.round(share(day, 9) * 4),
  failed: day % 9 === 3 ? 1 : 0,
}));
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

export const sampleInsights: InsightsView = {
  source: { kind: 'replica', lagMs: 12, queuedEvents: 0, waitingDays: 0, analyticsAway: null },
  readAt: '2026-11-23T09:41:00.000Z',
  from: daysBack(29),
  to: daysBack(0),
  totals: {
    calls: sum(calls.map((row) => row.succeeded + row.failed + row.denied + row.cancelled)),
    succeeded: sum(calls.map((row) => row.succeeded)),
    failed: sum(calls.map((row) => row.failed)),
    costMicroUsd: sum(usage.map((row) => row.costMicroUsd)),
    unpricedResponses: 0,
    builds: sum(builds.map((row) => row.completed + row.failed)),
    failedBuilds: sum(builds.map((row) => row.failed)),
  },
  before: {
    calls: 1_320,
    succeeded: 1_150,
    failed: 121,
    costMicroUsd: 61_200_000,
    unpricedResponses: 0,
    builds: 61,
    failedBuilds: 9,
  },
  usage,
  calls,
  builds,
  functions: [
    ['generateUnityScript', 702, 61, 48, 12, 10_000, 60_000, 18_912_000],
    ['applyUnityPatch', 388, 22, 31, 9, 7_500, 60_000, 4_104_000],
    ['renderUnityPreview', 301, 6, 0, 14, 750, 3_000, 0],
    ['deconstructUnityAsset', 96, 4, 0, 1, 500, 1_500, 0],
    ['runUnityBuild', 61, 7, 11, 4, 120_000, 120_000, 0],
    ['ingestUnityAsset', 40, 2, 3, 0, 3_000, 10_000, 0],
  ].map(([name, succeeded, failed, denied, cancelled, medianMs, p95Ms, costMicroUsd]) => ({
    name: String(name),
    succeeded: Number(succeeded),
    failed: Number(failed),
    denied: Number(denied),
    cancelled: Number(cancelled),
    medianMs: Number(medianMs),
    p95Ms: Number(p95Ms),
    costMicroUsd: Number(costMicroUsd),
  })),
  errors: [
    { kind: 'function_call', name: 'generateUnityScript', code: 'compile_failed', errors: 44 },
    { kind: 'function_call', name: 'applyUnityPatch', code: 'patch_conflict', errors: 14 },
    { kind: 'function_call', name: 'generateUnityScript', code: 'unity_unavailable', errors: 17 },
    { kind: 'build', name: 'webgl', code: 'build_failed', errors: 7 },
    { kind: 'function_call', name: 'renderUnityPreview', code: 'timed_out', errors: 6 },
  ],
  events: [
    { type: 'function_call', events: 6_204 },
    { type: 'usage', events: 2_911 },
    { type: 'telemetry', events: 2_402 },
    { type: 'runtime.unity.script_generated', events: 702 },
    { type: 'runtime.unity.patch_applied', events: 388 },
    { type: 'preview.unity.frame', events: 301 },
    { type: 'build.unity.progress', events: 288 },
    { type: 'session', events: 131 },
    { type: 'build.unity.started', events: 76 },
    { type: 'build.unity.completed', events: 61 },
  ],
  targets: [
    { target: 'linux64', completed: 34, failed: 2, medianMs: 201_000, lastSizeBytes: 48_600_000 },
    { target: 'webgl', completed: 27, failed: 7, medianMs: 388_000, lastSizeBytes: 21_300_000 },
  ],
  projects: ['Harbour', 'SparkSample'],
};

const nothing = {
  calls: 0,
  succeeded: 0,
  failed: 0,
  costMicroUsd: 0,
  unpricedResponses: 0,
  builds: 0,
  failedBuilds: 0,
};
const empty: InsightsView = {
  ...sampleInsights,
  source: { kind: 'journal', why: 'no_database', detail: '' },
  totals: nothing,
  before: nothing,
  usage: [],
  calls: [],
  builds: [],
  functions: [],
  errors: [],
  events: [],
  targets: [],
};
/** The first day of somebody who works alone. */
const first: InsightsView = {
  ...empty,
  totals: { ...nothing, calls: 3, succeeded: 2, failed: 1, costMicroUsd: 12_304, unpricedResponses: 2 },
  usage: usage.slice(-3, -2).map((row) => ({ ...row, costMicroUsd: 12_304 })),
  calls: [{ day: daysBack(0), succeeded: 2, failed: 1, denied: 0, cancelled: 0 }],
  functions: sampleInsights.functions
    .slice(0, 1)
    .map((row) => ({ ...row, succeeded: 2, failed: 1, denied: 0, cancelled: 0 })),
  errors: sampleInsights.errors.slice(0, 1).map((row) => ({ ...row, errors: 1 })),
  events: [{ type: 'function_call', events: 12 }],
};
const long = 'a_function_that_somebody_named_without_any_thought_of_who_will_have_to_read_it_in_a_narrow_window'.repeat(
  2,
);
const large: InsightsView = {
  ...sampleInsights,
  source: { kind: 'replica', lagMs: 8_400, queuedEvents: 1_204, waitingDays: 3, analyticsAway: null },
  totals: { ...sampleInsights.totals, calls: 12_345_678, costMicroUsd: 987_654_321_000, unpricedResponses: 12_345 },
  usage: Array.from({ length: 7 }, (_, index) =>
    usage.map((row) => ({
      ...row,
      model: `${row.model}-${index}-a-dated-and-very-long-variant-2026-10-06`,
      costMicroUsd: row.costMicroUsd * 9_000,
    })),
  ).flat(),
  functions: Array.from({ length: 40 }, (_, index) =>
    sampleInsights.functions.slice(0, 1).map((row) => ({ ...row, name: `${index} ${long}`, p95Ms: 120_000 })),
  ).flat(),
  errors: [{ kind: 'function_call', name: long, code: 'e'.repeat(64), errors: 1_000_000 }, ...sampleInsights.errors],
  events: Array.from({ length: 20 }, (_, index) => ({
    type: `some.${'very.'.repeat(12)}long.type.${index}`,
    events: 9_999_999 - index,
  })),
};

const shown = { snapshot: sampleSnapshot({}), window: { view: 'insights' as const, panelOpen: false } };
export const insightsStates: Readonly<Record<string, GalleryState>> = {
  insights: { ...shown, insights: sampleInsights },
  insightsTables: { ...shown, insights: sampleInsights, press: 'Cost: show the table' },
  insightsFirst: { ...shown, insights: first },
  insightsEmpty: { ...shown, insights: empty },
  insightsLarge: { ...shown, insights: large },
  insightsAway: {
    ...shown,
    insights: {
      ...sampleInsights,
      source: { kind: 'journal', why: 'database_away', detail: 'The primary of PostgreSQL does not answer.' },
    },
  },
  insightsLoading: { ...shown, insights: 'never' },
  insightsFailing: { ...shown, insights: { code: 'journal_unreadable', message: 'The journal could not be read.' } },
  insightsOffline: { ...shown, insights: sampleInsights, offline: true },
};
